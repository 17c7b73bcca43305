// @ts-check
// The generated Rust gRPC client, compiled to WebAssembly: fetched when a card first needs it.

import { inTime } from './deadline.js';
import { fetchWasm } from './fetch-wasm.js';

/** @typedef {import('../pkg/grpc_demo.js').Client} Client */

/** @type {Promise<Client> | undefined} */
let client;

/** True if the client is loaded, or loading. */
export const isClientLoaded = () => client !== undefined;

/**
 * The client; the first call loads it. A failure is not remembered, so that the next call tries again.
 * @returns {Promise<Client>}
 */
export function grpcClient() {
  client ??= load().catch(error => {
    client = undefined;
    throw error;
  });
  return inTime(client);
}

async function load() {
  // Fetch the module first: a browser may remember a failed import forever, but never a failed fetch.
  const module = await fetchWasm('pkg/grpc_demo_bg.wasm');
  const { default: init, Client } = await import('../pkg/grpc_demo.js');
  await init({ module_or_path: module });
  return new Client(location.origin);
}
