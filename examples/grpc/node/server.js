// Serve the Greeter and the thermometer from Node.js, with @grpc/grpc-js.
//
// Why you would: the answer is in a JavaScript program already. This library is JavaScript all the
// way down, and reads the .proto files as it starts: there is nothing to compile or to generate.
//
//   npm --prefix examples/grpc/node ci --ignore-scripts
//   node examples/grpc/node/server.js
import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const READINGS = [11.5, 12, 11, 13.5];
const TOO_WARM = 13;
const MAX_NAME_BYTES = 256;
const MAX_INTERVAL_MS = 60_000;
const DRAIN_MS = 5_000;

const definition = loadSync(["hello.proto", "cellar.proto", "google_rpc.proto"], {
  includeDirs: [fileURLToPath(new URL("../../../proto", import.meta.url))],
  defaults: true, // proto3 sends no zeros: without this, what was left out is undefined
});
const { hello, cellar } = grpc.loadPackageDefinition(definition);

function sayHello(call, callback) {
  const [requestId] = call.metadata.get("x-request-id");
  if (requestId !== undefined) {
    const metadata = new grpc.Metadata();
    metadata.set("x-request-id", requestId);
    call.sendMetadata(metadata);
  }
  const { name } = call.request;
  // Bytes, as in the other languages. name.length would count UTF-16 code units.
  const size = Buffer.byteLength(name);
  if (size < 1 || size > MAX_NAME_BYTES) callback(invalidName(size));
  else callback(null, { message: `Hello, ${name}!` });
}

/** INVALID_ARGUMENT, with the field that is wrong for a program to read. */
function invalidName(size) {
  const description = `must be 1 to ${MAX_NAME_BYTES} bytes`;
  const details = `name is ${size} bytes: it ${description}`;
  const code = grpc.status.INVALID_ARGUMENT;

  const badRequest = { fieldViolations: [{ field: "name", description }] };
  const value = definition["google.rpc.BadRequest"].serialize(badRequest);
  // This one name stays as the .proto file has it: the library brings its own Any.
  const any = { type_url: "type.googleapis.com/google.rpc.BadRequest", value };
  const status = { code, message: details, details: [any] };
  const metadata = new grpc.Metadata();
  const bytes = definition["google.rpc.Status"].serialize(status);
  metadata.set("grpc-status-details-bin", bytes);
  return { code, details, metadata };
}

async function watch(call) {
  const { count, intervalMs } = call.request;
  if (intervalMs > MAX_INTERVAL_MS) {
    throw invalid(`interval is ${intervalMs} ms: it must be at most ${MAX_INTERVAL_MS}`);
  }
  // The caller has gone, or its deadline has passed.
  const cancelled = new AbortController();
  call.on("cancelled", () => cancelled.abort());
  const { signal } = cancelled;
  let sent = 0;
  try {
    while (count === 0 || sent < count) {
      if (sent > 0) await sleep(intervalMs, undefined, { signal });
      // Ignoring the result of write() keeps every reading in memory that the caller has not taken.
      if (!call.write({ celsius: READINGS[sent % READINGS.length] })) {
        await once(call, "drain", { signal });
      }
      sent += 1;
    }
    call.end();
  } catch (error) {
    if (!signal.aborted) throw error;
    console.log(`watch: stopped after ${sent} readings`);
  }
}

async function record(call, callback) {
  const celsius = [];
  for await (const reading of call) celsius.push(reading.celsius);
  if (celsius.length === 0) throw invalid("there is no reading to sum up");
  const [lowest, highest] = [Math.min(...celsius), Math.max(...celsius)];
  callback(null, { count: celsius.length, lowest, highest });
}

async function warn(call) {
  // A plain `of call` would destroy the call at the end of its readings, and so the way back too.
  for await (const { celsius } of call.iterator({ destroyOnReturn: false })) {
    if (celsius > TOO_WARM) {
      const message = `${celsius.toFixed(1)} is too warm`;
      if (!call.write({ celsius, message })) await once(call, "drain");
    }
  }
  call.end();
}

const invalid = (details) =>
  Object.assign(new Error(details), { code: grpc.status.INVALID_ARGUMENT, details });

/**
 * An async handler whose errors become the call's status. Without it they are unhandled
 * rejections, and the first caller that vanishes from a stream ends the server for all others.
 */
const answering = (handler) => (call, callback) =>
  handler(call, callback).catch(callback ?? ((error) => call.emit("error", error)));

/** Answers UNAUTHENTICATED to a call that does not bring the token. */
function requireToken(token) {
  const expected = Buffer.from(`Bearer ${token}`);
  const details = "send the token as authorization: Bearer TOKEN";
  const denied = { code: grpc.status.UNAUTHENTICATED, details };
  return (_method, call) =>
    new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            const sent = Buffer.from(metadata.get("authorization")[0] ?? "");
            // === would stop at the first wrong byte, and its time would tell how many were right.
            const right = sent.length === expected.length && timingSafeEqual(sent, expected);
            if (right) pass(metadata);
            else call.sendStatus(denied);
          },
        }),
    });
}

const { values: options, positionals } = parseArgs({
  options: { tls: { type: "string" }, token: { type: "string" } },
  allowPositionals: true,
});
// --tls takes two files, and parseArgs knows only options with one value: KEY is a positional.
const key = options.tls && positionals.shift();
const address = positionals[0] ?? "127.0.0.1:50051";
if (Boolean(options.tls) !== Boolean(options.token)) {
  console.error("--tls and --token come together: a token in plain text is everybody's");
  process.exit(2);
}
const credentials = options.tls
  ? grpc.ServerCredentials.createSsl(null, [
      { cert_chain: readFileSync(options.tls), private_key: readFileSync(key) },
    ])
  : grpc.ServerCredentials.createInsecure();

const interceptors = options.token ? [requireToken(options.token)] : [];
const server = new grpc.Server({ interceptors });
server.addService(hello.Greeter.service, { sayHello });
server.addService(cellar.Thermometer.service, {
  watch: answering(watch),
  record: answering(record),
  warn: answering(warn),
});
server.bindAsync(address, credentials, (error, port) => {
  if (error) {
    console.error(`cannot listen on ${address}: ${error.message}`);
    process.exit(1);
  }
  console.log(`listening on ${address.replace(/:\d+$/, "")}:${port}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    // Takes no new calls, and waits for those in flight; after this long, no more.
    setTimeout(() => server.forceShutdown(), DRAIN_MS).unref();
    server.tryShutdown(() => console.log("stopped"));
  });
}
