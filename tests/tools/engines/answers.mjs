// The answers of ops.wasm in the engine that runs this: imported by node.mjs, and by Chromium.

import { loadOps } from '../../../web/shared/ops.js';

/**
 * @param {{ module: number[], calls: any[][] }} request the bytes, and [operation, ...arguments] of
 *   each call
 * @returns {Promise<unknown[]>} the answers; null is a refusal
 */
export async function answers({ module, calls }) {
  const ops = await loadOps(Uint8Array.from(module));
  const operations = {
    add: (a, b) => ops.add(a, b),
    greet: (name) => ops.greet(name),
    checksum: (bytes) => ops.checksum(Uint8Array.from(bytes)),
    mandelbrot(width, height, ...rest) {
      const [re, im, viewWidth] = rest.slice(0, 3).map(float);
      return [...ops.mandelbrot(width, height, { re, im, width: viewWidth, iterations: rest[3] })];
    },
  };
  return calls.map(([operation, ...values]) => {
    try {
      return operations[operation](...values);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  });
}

/** JSON has no NaN, so a float comes as its bits. @param {string} bits @returns {number} */
function float(bits) {
  return new Float64Array(BigUint64Array.of(BigInt(bits)).buffer)[0];
}
