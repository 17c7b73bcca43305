// @ts-check
// The generated Rust gRPC client, compiled to WebAssembly: fetched when a card first needs it.

import { fetchWasm } from './fetch-wasm.js';
import { RpcError } from './grpc-web.js';

/** @typedef {import('../pkg/grpc_demo.js').Client} Client */

/** The most time for a call, or for the wait for a stream's next row. */
const DEADLINE_MS = 10_000;

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
  return client;
}

async function load() {
  // Fetch the module first: a browser may remember a failed import forever, but never a failed fetch.
  const module = await fetchWasm('pkg/grpc_demo_bg.wasm');
  const { default: init, Client } = await import('../pkg/grpc_demo.js');
  await init({ module_or_path: module });
  return new Client(location.origin);
}

/**
 * Waits for the promise, but not longer than the deadline.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export function inTime(promise) {
  const deadline = new Deadline();
  return Promise.race([promise, deadline.passed]).finally(() => deadline.clear());
}

/** The error of a call that got no answer in time. */
function noAnswer() {
  return new RpcError('DEADLINE_EXCEEDED', `no answer within ${DEADLINE_MS / 1000} seconds`, 'late');
}

/** A deadline that starts again with each sign of life. */
export class Deadline {
  /** @type {Promise<never>} */
  passed;
  /** @type {(error: Error) => void} */
  #fail = () => {};
  #timer = 0;

  constructor() {
    this.passed = new Promise((_, reject) => (this.#fail = reject));
    this.extend();
  }

  extend() {
    this.clear();
    this.#timer = setTimeout(() => this.#fail(noAnswer()), DEADLINE_MS);
  }

  clear() {
    clearTimeout(this.#timer);
  }
}
