// @ts-check
// Draws the picture on each side, row by row. Both sides stop when their signal is aborted.

import { Deadline, inTime } from '../../shared/deadline.js';
import { Pauses } from '../../shared/pauses.js';
import { grpcClient } from '../../shared/rpc.js';
import { HEIGHT, WIDTH } from '../../shared/views.js';

/** @typedef {import('../../shared/views.js').View} View */
/** @typedef {(row: number, iterations: Uint32Array) => void} OnRow */

/** The time that the tab computes before the rest of the page has its turn, in ms. */
const BATCH_MS = 12;

/**
 * Draws with Rust in this tab.
 * @param {View} view
 * @param {OnRow} onRow
 * @param {AbortSignal} signal
 * @returns {Promise<{ total: number }>} in ms, without pauses
 */
export async function drawInTab(view, onRow, signal) {
  const { mandelbrotRow } = await inTime(import('../../shared/wasm-bindgen.js'));
  signal.throwIfAborted();
  let total = 0;
  let row = 0;
  while (row < HEIGHT) {
    const rows = [];
    let batch = 0;
    while (row + rows.length < HEIGHT && batch < BATCH_MS) {
      const start = performance.now();
      rows.push(mandelbrotRow(
        WIDTH, HEIGHT, view.re, view.im, view.width, view.iterations, row + rows.length,
      ));
      batch += performance.now() - start;
    }
    total += batch;
    for (const iterations of rows) onRow(row++, iterations);
    // A timer, unlike a promise, lets the page paint and answer.
    await new Promise(resolve => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return { total };
}

/**
 * Draws with C on the server.
 * @param {View} view
 * @param {OnRow} onRow
 * @param {AbortSignal} signal
 * @returns {Promise<{ first: number, total: number }>} in ms from the request: to the first row, to the last
 */
export async function drawOnServer(view, onRow, signal) {
  const client = await grpcClient();
  signal.throwIfAborted();
  const deadline = new Deadline();
  const pauses = new Pauses();
  const start = performance.now();
  let first = 0;
  let over = false;
  const stream = client.mandelbrot(
    WIDTH, HEIGHT, view.re, view.im, view.width, view.iterations,
    (/** @type {number} */ row, /** @type {Uint32Array} */ iterations) => {
      // An error thrown here ends the stream, and with it the server's work.
      signal.throwIfAborted();
      if (over) throw new Error('this row came after the deadline');
      if (row === 0) first = performance.now() - start;
      onRow(row, iterations);
      deadline.extend();
      return pauses.due();
    },
  );
  try {
    await Promise.race([stream, deadline.passed]);
  } finally {
    over = true;
    deadline.clear();
  }
  return { first, total: performance.now() - start };
}
