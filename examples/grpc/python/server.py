"""Serve the Greeter and the thermometer from Python, with grpcio's asyncio server.

Why you would: the library that has the answer is a Python one. A stream that waits costs a task
here; in grpcio's other server each one holds a thread of the pool for as long as it lasts.

    python3 -m venv examples/grpc/python/.venv && . examples/grpc/python/.venv/bin/activate
    pip install -r examples/grpc/python/requirements.txt
    python -m grpc_tools.protoc -I proto --python_out=examples/grpc/python \
        --grpc_python_out=examples/grpc/python hello.proto cellar.proto
    python examples/grpc/python/server.py
"""

import argparse
import asyncio
import hmac
import signal
import sys
from pathlib import Path

import grpc
from google.protobuf.any import pack
from google.rpc.error_details_pb2 import BadRequest
from google.rpc.status_pb2 import Status

import cellar_pb2 as cellar
import hello_pb2 as hello
from cellar_pb2_grpc import ThermometerServicer, add_ThermometerServicer_to_server
from hello_pb2_grpc import GreeterServicer, add_GreeterServicer_to_server

READINGS = (11.5, 12.0, 11.0, 13.5)
TOO_WARM = 13.0
MAX_NAME_BYTES = 256
MAX_INTERVAL_MS = 60_000
DRAIN_SECONDS = 5


class Greeter(GreeterServicer):
    async def SayHello(self, request, context):
        request_id = dict(context.invocation_metadata()).get("x-request-id")
        if request_id:
            await context.send_initial_metadata((("x-request-id", request_id),))
        # Bytes, as in the other languages. len(request.name) would count characters.
        size = len(request.name.encode())
        if not 1 <= size <= MAX_NAME_BYTES:
            await abort_with_name(context, size)
        return hello.HelloReply(message=f"Hello, {request.name}!")


async def abort_with_name(context, size):
    """INVALID_ARGUMENT, with the field that is wrong for a program to read."""
    must = f"must be 1 to {MAX_NAME_BYTES} bytes"
    message = f"name is {size} bytes: it {must}"
    violation = BadRequest.FieldViolation(field="name", description=must)
    code = grpc.StatusCode.INVALID_ARGUMENT
    details = [pack(BadRequest(field_violations=[violation]))]
    status = Status(code=code.value[0], message=message, details=details)
    trailers = (("grpc-status-details-bin", status.SerializeToString()),)
    await context.abort(code, message, trailers)


class Thermometer(ThermometerServicer):
    async def Watch(self, request, context):
        if request.interval_ms > MAX_INTERVAL_MS:
            message = f"interval is {request.interval_ms} ms: it must be at most {MAX_INTERVAL_MS}"
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, message)
        sent = 0
        try:
            while request.count == 0 or sent < request.count:
                if sent:
                    await asyncio.sleep(request.interval_ms / 1000)
                # Waits while the caller is slow, so that nothing piles up here.
                await context.write(cellar.Reading(celsius=READINGS[sent % len(READINGS)]))
                sent += 1
        except asyncio.CancelledError:
            # The caller has gone, or its deadline has passed: grpcio cancels this task.
            print(f"watch: stopped after {sent} readings", flush=True)
            raise

    async def Record(self, readings, context):
        celsius = [reading.celsius async for reading in readings]
        if not celsius:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "there is no reading to sum up")
        return cellar.Summary(count=len(celsius), lowest=min(celsius), highest=max(celsius))

    async def Warn(self, readings, context):
        async for reading in readings:
            if reading.celsius > TOO_WARM:
                message = f"{reading.celsius:.1f} is too warm"
                yield cellar.Warning(celsius=reading.celsius, message=message)


class RequireToken(grpc.aio.ServerInterceptor):
    """Answers UNAUTHENTICATED to a call that does not bring the token."""

    def __init__(self, token):
        self.expected = f"Bearer {token}".encode()

    async def intercept_service(self, continuation, details):
        sent = dict(details.invocation_metadata).get("authorization", "")
        # == would stop at the first wrong byte, and its time would tell how many were right.
        if hmac.compare_digest(sent.encode(), self.expected):
            return await continuation(details)
        # A stream's handler runs at once; a unary one would wait for the caller's message.
        return grpc.stream_stream_rpc_method_handler(self.deny)

    async def deny(self, _requests, context):
        message = "send the token as authorization: Bearer TOKEN"
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, message)


async def main(options):
    server = grpc.aio.server(
        interceptors=[RequireToken(options.token)] if options.token else [],
        # Without this, a second server on the same port would start, and take half of the calls.
        options=[("grpc.so_reuseport", 0)],
    )
    add_GreeterServicer_to_server(Greeter(), server)
    add_ThermometerServicer_to_server(Thermometer(), server)
    if options.tls:
        certificate, key = (Path(file).read_bytes() for file in options.tls)
        credentials = grpc.ssl_server_credentials([(key, certificate)])
        port = server.add_secure_port(options.address, credentials)
    else:
        port = server.add_insecure_port(options.address)
    await server.start()
    host, _, _ = options.address.rpartition(":")
    print(f"listening on {host}:{port}", flush=True)

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    await stop.wait()
    # Takes no new calls, and gives those in flight this long to end.
    await server.stop(DRAIN_SECONDS)
    print("stopped", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serve the Greeter and the thermometer.")
    parser.add_argument("address", nargs="?", default="127.0.0.1:50051")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), help="files in PEM")
    parser.add_argument("--token", help="what every call has to bring")
    options = parser.parse_args()
    if bool(options.tls) != bool(options.token):
        parser.error("--tls and --token come together: a token in plain text is everybody's")
    try:
        asyncio.run(main(options))
    except (OSError, RuntimeError) as error:
        sys.exit(f"cannot serve on {options.address}: {error}")
