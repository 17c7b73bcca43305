// @ts-check
// The sides in this thread. Each call that takes nanoseconds has a loop of its own.

import { compile } from '../shared/fetch-wasm.js';
import { crc32c, mandelbrot } from '../shared/js-ops.js';
import { loadOps, rowsWithSimd } from '../shared/ops.js';
import { NAMES, SIZE, SUMMANDS, VIEW } from './operations.js';

/** @typedef {import('./sides.js').Cell} Cell */
/** @typedef {import('./sides.js').Side} Side */
/** @typedef {import('./sides.js').Data} Data */

/** @param {Data} data @returns {Promise<Side>} */
export async function javascript(data) {
  return {
    'add': loop(SUMMANDS, times => {
      let sum = 0;
      for (let i = 0; i < times; i++) sum = addInJs(sum, i);
      return sum;
    }),
    'greet': {
      answer: () => greetInJs(NAMES[0]),
      // Reading a character makes the browser join the text, which it may put off until then.
      work: times => {
        let units = 0;
        for (let i = 0; i < times; i++) {
          const reply = greetInJs(NAMES[i % 2]);
          units += reply.charCodeAt(reply.length - 1);
        }
        return units;
      },
    },
    ...checksums(data, bytes => times => {
      let sums = 0;
      for (let i = 0; i < times; i++) sums ^= crc32c(bytes);
      return sums;
    }),
    'mandelbrot': again(() => mandelbrot(SIZE, SIZE, VIEW)),
  };
}

/** @param {Data} data @returns {Promise<Side>} */
export async function byHand(data) {
  const ops = await loadOps(await compile('pkg/ops.wasm'));
  const { add } = ops.exports;
  return {
    'add': loop(SUMMANDS, times => {
      let sum = 0;
      for (let i = 0; i < times; i++) sum = add(sum, i);
      return sum;
    }),
    'greet': {
      answer: () => ops.greet(NAMES[0]),
      work: times => {
        let units = 0;
        for (let i = 0; i < times; i++) {
          const reply = ops.greet(NAMES[i % 2]);
          units += reply.charCodeAt(reply.length - 1);
        }
        return units;
      },
    },
    ...checksums(data, bytes => times => {
      let sums = 0;
      for (let i = 0; i < times; i++) sums ^= ops.checksum(bytes);
      return sums;
    }),
    'mandelbrot': again(() => ops.mandelbrot(SIZE, SIZE, VIEW)),
  };
}

/** @param {Data} data @returns {Promise<Side>} */
export async function byBindgen(data) {
  const { add, checksum, greet, mandelbrotRow } = await import('../shared/wasm-bindgen.js');
  const { re, im, width, iterations } = VIEW;
  return {
    'add': loop(SUMMANDS, times => {
      let sum = 0;
      for (let i = 0; i < times; i++) sum = add(sum, i);
      return sum;
    }),
    'greet': {
      answer: () => greet(NAMES[0]),
      work: times => {
        let units = 0;
        for (let i = 0; i < times; i++) {
          const reply = greet(NAMES[i % 2]);
          units += reply.charCodeAt(reply.length - 1);
        }
        return units;
      },
    },
    ...checksums(data, bytes => times => {
      let sums = 0;
      for (let i = 0; i < times; i++) sums ^= checksum(bytes);
      return sums;
    }),
    'mandelbrot': again(() => {
      const pixels = new Uint32Array(SIZE * SIZE);
      for (let row = 0; row < SIZE; row++) {
        pixels.set(mandelbrotRow(SIZE, SIZE, re, im, width, iterations, row), row * SIZE);
      }
      return pixels;
    }),
  };
}

/** @returns {Promise<Side>} */
export async function withSimd() {
  const instance = await WebAssembly.instantiate(await compile('pkg/mandelbrot_simd.wasm'));
  const draw = rowsWithSimd(instance, SIZE, SIZE);
  return { 'mandelbrot': again(() => draw(VIEW, 0, SIZE)) };
}

/** Adds, and wraps around as an i32 does. @param {number} a @param {number} b */
const addInJs = (a, b) => (a + b) | 0;

/** @param {string} name */
const greetInJs = name => `Hello, ${name}!`;

/** @param {number} times @param {(times: number) => unknown} work @returns {Cell} */
const loop = (times, work) => ({ answer: () => work(times), work });

/** A call that takes long enough to share one loop with others. @param {() => unknown} call @returns {Cell} */
function again(call) {
  return {
    answer: call,
    work: times => {
      let last;
      for (let i = 0; i < times; i++) last = call();
      return last;
    },
  };
}

/**
 * @param {Data} data
 * @param {(bytes: Uint8Array) => import('../shared/measure.js').Work} workOn
 * @returns {Side}
 */
function checksums(data, workOn) {
  return Object.fromEntries(Object.entries(data).map(([id, bytes]) => {
    const work = workOn(bytes);
    // For a single call, the result is the checksum itself.
    return [id, { answer: () => Number(work(1)) >>> 0, work }];
  }));
}
