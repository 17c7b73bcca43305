"""Call the Greeter and the thermometer from Python: each kind of call, and what can go wrong.

Why you would: a script, a notebook or a test talks to a server in another language. The server
may be any of those beside this folder, and `cargo run --example grpc_server`.

    # Install and generate as server.py says, start a server, then:
    python examples/grpc/python/client.py 127.0.0.1:50051
"""

import argparse
import sys
from pathlib import Path

import grpc
from google.rpc.error_details_pb2 import BadRequest
from grpc_status import rpc_status

import cellar_pb2 as cellar
import hello_pb2 as hello
from cellar_pb2_grpc import ThermometerStub
from hello_pb2_grpc import GreeterStub

# In seconds. A call without a deadline waits forever for a server that hangs.
TIMEOUT = 5


def run(channel):
    greeter, thermometer = GreeterStub(channel), ThermometerStub(channel)

    reply = greeter.SayHello(hello.HelloRequest(name="Ferris"), timeout=TIMEOUT)
    print("unary:", reply.message)

    request = cellar.WatchRequest(count=4, interval_ms=10)
    celsius = [reading.celsius for reading in thermometer.Watch(request, timeout=TIMEOUT)]
    print("stream:", *(f"{value:.1f}" for value in celsius))

    readings = [cellar.Reading(celsius=value) for value in celsius]
    summary = thermometer.Record(iter(readings), timeout=TIMEOUT)
    print(f"summary: {summary.count} readings, {summary.lowest:.1f} to {summary.highest:.1f}")

    warnings = thermometer.Warn(iter(readings), timeout=TIMEOUT)
    print("warnings:", ", ".join(warning.message for warning in warnings))

    # The deadline travels with the call, so the server stops as well.
    received = 0
    try:
        for _ in thermometer.Watch(cellar.WatchRequest(interval_ms=10), timeout=0.3):
            received += 1
        sys.exit("an endless stream has ended")
    except grpc.RpcError as error:
        if received == 0:
            raise
        print("deadline:", error.code().name)

    try:
        greeter.SayHello(hello.HelloRequest(name=""), timeout=TIMEOUT)
        sys.exit("an empty name was taken")
    except grpc.RpcError as error:
        violation = field_violation(error)
        print(f"error: {error.code().name}, {violation.field}: {violation.description}")

    request_id = ("x-request-id", "request-1")
    _, call = greeter.SayHello.with_call(
        hello.HelloRequest(name="Ferris"), timeout=TIMEOUT, metadata=(request_id,)
    )
    print("metadata:", dict(call.initial_metadata()).get("x-request-id"))


def field_violation(error):
    """The message of a status is for people; a program reads its details."""
    status = rpc_status.from_call(error)
    bad_request = BadRequest()
    for detail in status.details if status else ():
        if detail.Unpack(bad_request):
            return bad_request.field_violations[0]
    sys.exit(f"{error.code().name} came without a field violation: {error.details()}")


def code_of_a_call(channel):
    try:
        request = hello.HelloRequest(name="Ferris")
        _, call = GreeterStub(channel).SayHello.with_call(request, timeout=TIMEOUT)
        return call.code().name
    except grpc.RpcError as error:
        return error.code().name


def main(options):
    if not options.token:
        with grpc.insecure_channel(options.address) as channel:
            return run(channel)

    # A token belongs to a call, a certificate to a connection. grpcio sends no token without TLS.
    tls = grpc.ssl_channel_credentials(Path(options.ca).read_bytes())
    token = grpc.access_token_call_credentials(options.token)
    both = grpc.composite_channel_credentials(tls, token)
    with (
        grpc.secure_channel(options.address, both) as channel,
        grpc.secure_channel(options.address, tls) as anonymous,
    ):
        run(channel)
        without, with_token = code_of_a_call(anonymous), code_of_a_call(channel)
        print(f"token: {without} without, {with_token} with")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Call the Greeter and the thermometer.")
    parser.add_argument("address", nargs="?", default="127.0.0.1:50051")
    parser.add_argument("--ca", metavar="CERT", help="who signed the server's certificate, in PEM")
    parser.add_argument("--token", help="what every call brings")
    options = parser.parse_args()
    if bool(options.ca) != bool(options.token):
        parser.error("--ca and --token come together: a token in plain text is everybody's")
    try:
        main(options)
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
    except OSError as error:
        sys.exit(str(error))
