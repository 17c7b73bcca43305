// @ts-check
// Draws strips of the picture: first comes the module, then one message for each strip.

import { rowsWithSimd } from './contenders.js';

/** @type {ReturnType<typeof rowsWithSimd>} */
let draw;

onmessage = async ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    draw = rowsWithSimd(await WebAssembly.instantiate(data));
    postMessage('ready');
    return;
  }
  const pixels = draw(data.view, data.firstRow, data.rows);
  // Handed over, not copied: the buffer is the page's from here on.
  postMessage(pixels, { transfer: [pixels.buffer] });
};
