// @ts-check
// Answers the shared operations from a thread of its own: first comes the module, then the calls.

import { loadOps } from '../shared/ops.js';

/** @type {import('../shared/ops.js').Ops} */
let ops;

// What an async function throws fires no `error` event on the page's Worker: it has to be said.
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
