// @ts-check
// Loads the sides of the comparison, or says why one cannot be loaded.

import { inTime } from '../shared/deadline.js';
import { marked } from '../shared/dom.js';
import { wasmTrouble } from '../trouble.js';
import { byCServer, byRustServer, inWorker } from './away.js';
import { byBindgen, byHand, javascript, withSimd } from './here.js';
import { BOUNDARIES, OPERATIONS, data as bytesOf } from './operations.js';

/** @typedef {{ answer: () => unknown, work: import('../shared/measure.js').Work }} Cell the answer to compare, and the work to time */
/** @typedef {Partial<Record<import('./operations.js').Id, Cell>>} Side */
/** @typedef {import('../shared/dom.js').Marked} Marked */
/** @typedef {Record<string, Uint8Array>} Data the bytes to compute checksums of, by the operation's id */

/** The text of a cell that needs the server. */
const NO_SERVER = marked`server not running`;

/**
 * @param {boolean} served
 * @param {AbortSignal} stop ends the current calls
 * @param {AbortSignal} end ends the worker that answers calls
 * @returns {Promise<(Side | Marked)[]>} in the order of BOUNDARIES; a Marked says why one is missing
 */
export async function openSides(served, stop, end) {
  /** @type {Data} */
  const data = {};
  for (const { id, bytes } of OPERATIONS) if (bytes) data[id] = bytesOf(bytes);
  /** @type {Record<import('./operations.js').BoundaryId, () => Promise<Side | Marked>>} */
  const open = {
    'js': () => javascript(data),
    'wasm': () => byHand(data),
    'bindgen': () => byBindgen(data),
    'simd': () => withSimd(),
    'worker': () => inWorker(data, end),
    'grpc-rust': async () => (served ? byRustServer(stop) : NO_SERVER),
    'grpc-c': async () => (served ? byCServer(data, stop) : NO_SERVER),
  };
  return Promise.all(BOUNDARIES.map(({ id }) => inTime(open[id]()).catch(wasmTrouble)));
}

/** True if two answers are the same. @param {unknown} a @param {unknown} b */
export function same(a, b) {
  if (a instanceof Uint32Array && b instanceof Uint32Array) {
    return a.length === b.length && a.every((n, i) => n === b[i]);
  }
  return Object.is(a, b);
}
