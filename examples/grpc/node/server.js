// Serve the Greeter and the thermometer from Node.js, with @grpc/grpc-js.
//
// Why you would: the answer is in a JavaScript program already. This library is JavaScript all the
// way down, and reads the .proto files as it starts: there is nothing to compile or to generate.
//
//   npm --prefix examples/grpc/node ci --ignore-scripts
//   node examples/grpc/node/server.js
import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { thermometer } from "./thermometer.js";

const MAX_NAME_BYTES = 256;
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
server.addService(cellar.Thermometer.service, thermometer);
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
