// Call the Greeter and the thermometer from Node.js: each kind of call, and what can go wrong.
//
// Why you would: a web backend in JavaScript talks to a service in another language. The server may
// be any of those beside this folder, and `cargo run --example grpc_server`.
//
//   npm --prefix examples/grpc/node ci --ignore-scripts
//   node examples/grpc/node/client.js 127.0.0.1:50051
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const definition = loadSync(["hello.proto", "cellar.proto", "google_rpc.proto"], {
  includeDirs: [fileURLToPath(new URL("../../../proto", import.meta.url))],
  defaults: true,
});
const { hello, cellar } = grpc.loadPackageDefinition(definition);

/** A call without a deadline waits forever for a server that hangs. */
const within = (ms) => ({ deadline: Date.now() + ms });

/** The reply, and the metadata that came before it; rejects with the status. */
function sayHello(greeter, name, metadata = new grpc.Metadata()) {
  return new Promise((resolve, reject) => {
    let initial;
    greeter
      .sayHello({ name }, metadata, within(5_000), (error, reply) =>
        error ? reject(error) : resolve({ message: reply.message, metadata: initial }),
      )
      .on("metadata", (received) => (initial = received));
  });
}

async function collect(stream) {
  const messages = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

/** The error that a promise rejects with. */
const rejection = (promise) =>
  promise.then(
    () => assert.fail("the call did not fail"),
    (error) => error,
  );

/** The details of a status are text for people; a program reads what came beside it. */
function fieldViolation(error) {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  assert(bytes, `${error.message} came without details`);
  const status = definition["google.rpc.Status"].deserialize(bytes);
  const any = status.details.find((any) => any.type_url.endsWith("/google.rpc.BadRequest"));
  assert(any, `${error.message} came without a field violation`);
  return definition["google.rpc.BadRequest"].deserialize(any.value).fieldViolations[0];
}

async function run(greeter, thermometer) {
  const { message } = await sayHello(greeter, "Ferris");
  console.log("unary:", message);

  const request = { count: 4, intervalMs: 10 };
  const readings = await collect(thermometer.watch(request, within(5_000)));
  console.log("stream:", readings.map(({ celsius }) => celsius.toFixed(1)).join(" "));

  const summary = await new Promise((resolve, reject) => {
    const call = thermometer.record(within(5_000), (error, reply) =>
      error ? reject(error) : resolve(reply),
    );
    for (const reading of readings) call.write(reading);
    call.end();
  });
  const [lowest, highest] = [summary.lowest.toFixed(1), summary.highest.toFixed(1)];
  console.log(`summary: ${summary.count} readings, ${lowest} to ${highest}`);

  const call = thermometer.warn(within(5_000));
  for (const reading of readings) call.write(reading);
  call.end();
  const warnings = await collect(call);
  console.log("warnings:", warnings.map((warning) => warning.message).join(", "));

  // The deadline travels with the call, so the server stops as well.
  let received = 0;
  const endless = thermometer.watch({ intervalMs: 10 }, within(300));
  endless.on("data", () => (received += 1));
  const late = await rejection(
    new Promise((resolve, reject) => endless.on("end", resolve).on("error", reject)),
  );
  assert(received > 0, `${late.message} came before the first reading`);
  console.log("deadline:", grpc.status[late.code]);

  const invalid = await rejection(sayHello(greeter, ""));
  const { field, description } = fieldViolation(invalid);
  console.log(`error: ${grpc.status[invalid.code]}, ${field}: ${description}`);

  const metadata = new grpc.Metadata();
  metadata.set("x-request-id", "request-1");
  const reply = await sayHello(greeter, "Ferris", metadata);
  console.log("metadata:", reply.metadata.get("x-request-id")[0]);
}

const { values: options, positionals } = parseArgs({
  options: { ca: { type: "string" }, token: { type: "string" } },
  allowPositionals: true,
});
const address = positionals[0] ?? "127.0.0.1:50051";

async function main() {
  if (!options.token) {
    const plain = grpc.credentials.createInsecure();
    return run(new hello.Greeter(address, plain), new cellar.Thermometer(address, plain));
  }
  // A token belongs to a call, a certificate to a connection. The library sends none without TLS.
  const tls = grpc.credentials.createSsl(readFileSync(options.ca));
  const token = grpc.credentials.createFromMetadataGenerator((_call, callback) => {
    const metadata = new grpc.Metadata();
    metadata.set("authorization", `Bearer ${options.token}`);
    callback(null, metadata);
  });
  const both = grpc.credentials.combineChannelCredentials(tls, token);
  const greeter = new hello.Greeter(address, both);
  await run(greeter, new cellar.Thermometer(address, both));

  const codeOf = (client) => sayHello(client, "Ferris").then(() => 0, (error) => error.code);
  const without = grpc.status[await codeOf(new hello.Greeter(address, tls))];
  console.log(`token: ${without} without, ${grpc.status[await codeOf(greeter)]} with`);
}

if (Boolean(options.ca) !== Boolean(options.token)) {
  console.error("--ca and --token come together: a token in plain text is everybody's");
  process.exit(2);
}
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
