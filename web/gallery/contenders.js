// @ts-check
// Five ways to draw the same picture, each set up and ready to be timed.

import { ask } from '../shared/ask.js';
import { inTime } from '../shared/deadline.js';
import { compile } from '../shared/fetch-wasm.js';
import { counting } from '../shared/format.js';
import { mandelbrot } from '../shared/js-ops.js';
import { loadOps, rowsWithSimd } from '../shared/ops.js';
import { HEIGHT, WIDTH } from '../shared/views.js';

/** @typedef {import('../shared/views.js').View} View */

/**
 * @typedef {{
 *   name: string,
 *   draw: (view: View) => Uint32Array | Promise<Uint32Array>,
 *   stop?: () => void,
 * }} Contender
 */

/** @returns {Promise<Contender>} */
export async function drawInJs() {
  return { name: 'JavaScript', draw: view => mandelbrot(WIDTH, HEIGHT, view) };
}

/** @returns {Promise<Contender>} */
export async function drawInRust() {
  const ops = await loadOps(await compile('pkg/ops.wasm'));
  return { name: 'Rust', draw: view => ops.mandelbrot(WIDTH, HEIGHT, view) };
}

/** @returns {Promise<Contender>} */
export async function drawWithSimd() {
  const instance = await WebAssembly.instantiate(await compile('pkg/mandelbrot_simd.wasm'));
  const draw = rowsWithSimd(instance, WIDTH, HEIGHT);
  return { name: 'Rust with SIMD', draw: view => draw(view, 0, HEIGHT) };
}

/** @returns {Promise<Contender>} */
export async function drawInC() {
  const { exports } = await WebAssembly.instantiate(await compile('pkg/c_ops.wasm'));
  const { memory, __heap_base, pg_mandelbrot } = /** @type {any} */ (exports);

  // This C has no allocator: the host divides the memory after its own data.
  const view = align(__heap_base.value, 8);
  const pixels = view + 3 * Float64Array.BYTES_PER_ELEMENT;
  const end = pixels + 4 * WIDTH * HEIGHT;
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));

  return {
    name: 'C',
    draw: ({ re, im, width, iterations }) => {
      // A struct that C takes by value crosses as a pointer to a copy, made by the caller.
      new Float64Array(memory.buffer, view, 3).set([re, im, width]);
      const status = pg_mandelbrot(WIDTH, HEIGHT, view, iterations, pixels, WIDTH * HEIGHT);
      if (status !== 0) throw new Error(`C refused to draw: status ${status}`);
      return new Uint32Array(memory.buffer, pixels, WIDTH * HEIGHT).slice();
    },
  };
}

/** The number of rows that a worker gets at a time: few, because some rows take much longer than others. */
const STRIP = 8;

/** Each worker has a memory of its own, and a machine may have very many cores. */
const MOST_WORKERS = 8;

/** @returns {Promise<Contender>} */
export async function drawInWorkers() {
  // Compiled once: a module may be posted, an instance may not.
  const module = await compile('pkg/mandelbrot_simd.wasm');
  const length = Math.min(navigator.hardwareConcurrency, MOST_WORKERS);
  const workers = Array.from({ length }, newWorker);
  const stop = () => workers.forEach(worker => worker.terminate());
  try {
    await inTime(Promise.all(workers.map(worker => ask(worker, module))));
  } catch (error) {
    // One has failed, and the others would live as long as the page.
    stop();
    throw error;
  }
  return {
    name: counting(workers.length, 'worker'),
    draw: async view => {
      const pixels = new Uint32Array(WIDTH * HEIGHT);
      let next = 0;
      await Promise.all(workers.map(async worker => {
        while (next < HEIGHT) {
          const firstRow = next;
          next += STRIP;
          const strip = await ask(worker, { view, firstRow, rows: Math.min(STRIP, HEIGHT - firstRow) });
          pixels.set(strip, firstRow * WIDTH);
        }
      }));
      return pixels;
    },
    stop,
  };
}

function newWorker() {
  return new Worker(new URL('race-worker.js', import.meta.url), { type: 'module' });
}

/** @param {number} address @param {number} to a power of two */
function align(address, to) {
  return Math.ceil(address / to) * to;
}
