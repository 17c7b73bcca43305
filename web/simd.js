// @ts-check
// The host's half of mandelbrot_simd.wasm's interface, by hand. It runs in a page and in a worker.

import { takeAnswer } from './ops.js';
import { HEIGHT, WIDTH } from './views.js';

/**
 * @param {WebAssembly.Instance} instance of mandelbrot_simd.wasm
 * @param {number} [columns] of the whole picture
 * @param {number} [height] of the whole picture
 * @returns {(view: import('./views.js').View, firstRow: number, rows: number) => Uint32Array<ArrayBuffer>}
 */
export function rowsWithSimd({ exports }, columns = WIDTH, height = HEIGHT) {
  const simd = /** @type {any} */ (exports);
  return ({ re, im, width, iterations }, firstRow, rows) => {
    const answer = simd.mandelbrot_rows(columns, height, re, im, width, iterations, firstRow, rows);
    return new Uint32Array(takeAnswer(simd, answer).buffer);
  };
}
