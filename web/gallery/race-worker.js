// @ts-check
// Draws strips of the picture: first comes the module, then one message for each strip.

import { rowsWithSimd } from '../shared/ops.js';
import { HEIGHT, WIDTH } from '../shared/views.js';

/** @type {ReturnType<typeof rowsWithSimd>} */
let draw;

// An error in an async function fires no `error` event on the page's Worker: it has to be sent.
onmessage = ({ data }) => answer(data).catch(error => postMessage({ error: String(error) }));

/** @param {any} data the module, or a strip to draw */
async function answer(data) {
  if (data instanceof WebAssembly.Module) {
    draw = rowsWithSimd(await WebAssembly.instantiate(data), WIDTH, HEIGHT);
    postMessage('ready');
    return;
  }
  const pixels = draw(data.view, data.firstRow, data.rows);
  // Handed over, not copied: the buffer is the page's from here on.
  postMessage(pixels, { transfer: [pixels.buffer] });
}
