// @ts-check
// Runs the shared operations in a separate thread: the first message brings the module, the others are calls.

import { loadOps } from '../shared/ops.js';

/** @type {import('../shared/ops.js').Ops} */
let ops;

// An error in an async function does not fire an `error` event on the page's Worker, so the worker posts it.
onmessage = ({ data }) => answer(data).catch(error => postMessage({ error: String(error) }));

/** @param {any} call the module, or one operation and its arguments */
async function answer(call) {
  if (call.module) {
    ops = await loadOps(call.module);
    postMessage('ready');
  } else if (call.add) {
    const [a, b] = call.add;
    postMessage(ops.add(a, b));
  } else if (call.greet) {
    postMessage(ops.greet(call.greet));
  } else if (call.checksum) {
    const bytes = call.checksum;
    postMessage({ crc: ops.checksum(bytes), bytes }, { transfer: [bytes.buffer] });
  } else {
    const [width, height, view] = call.mandelbrot;
    const pixels = ops.mandelbrot(width, height, view);
    postMessage(pixels, { transfer: [pixels.buffer] });
  }
}
