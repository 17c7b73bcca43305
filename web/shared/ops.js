// @ts-check
// The host's half of ops.wasm's interface, written by hand; for other modules, wasm-bindgen generates it. It runs
// in a page, in a worker and in Node.js.

/** @typedef {import('./views.js').View} View */

/**
 * The exports of a module with this interface; see examples/wasm/guests/ops.rs.
 * @typedef {{
 *   memory: WebAssembly.Memory,
 *   alloc: (size: number) => number,
 *   dealloc: (pointer: number, size: number) => void,
 *   add: (a: number, b: number) => number,
 *   greet: (pointer: number, length: number) => bigint,
 *   checksum: (pointer: number, length: number) => number,
 *   mandelbrot: (width: number, height: number, re: number, im: number, viewWidth: number,
 *     iterations: number) => bigint,
 * }} Exports
 */

/**
 * @param {BufferSource | WebAssembly.Module} source bytes, or a compiled module
 * @returns {Promise<Ops>}
 */
export async function loadOps(source) {
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  const instance = await WebAssembly.instantiate(module);
  return new Ops(/** @type {any} */ (instance.exports));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The shared operations. */
export class Ops {
  /** @param {Exports} exports */
  constructor(exports) {
    this.exports = exports;
  }

  /** @param {number} a @param {number} b */
  add(a, b) {
    return this.exports.add(a, b);
  }

  /** @param {string} name @returns {string} */
  greet(name) {
    const { exports } = this;
    const answer = this.lend(encoder.encode(name), (pointer, length) => exports.greet(pointer, length));
    // Only after the name is freed, because takeAnswer throws if the module refused.
    return decoder.decode(takeAnswer(exports, answer));
  }

  /** The CRC-32C. @param {Uint8Array} bytes @returns {number} */
  checksum(bytes) {
    // An i32 arrives with a sign; >>> 0 reads it as a u32.
    return this.lend(bytes, (pointer, length) => this.exports.checksum(pointer, length) >>> 0);
  }

  /**
   * @param {number} width @param {number} height
   * @param {View} view
   * @returns {Uint32Array} the iterations of each pixel
   */
  mandelbrot(width, height, view) {
    const { exports } = this;
    const answer = exports.mandelbrot(width, height, view.re, view.im, view.width, view.iterations);
    return new Uint32Array(takeAnswer(exports, answer).buffer);
  }

  /**
   * Copies bytes into linear memory for one call. If the call throws, it has trapped (ended with an error), and
   * its memory is no longer reliable; so the bytes are not freed.
   * @template T
   * @param {Uint8Array} bytes
   * @param {(pointer: number, length: number) => T} call
   * @returns {T}
   */
  lend(bytes, call) {
    const { memory, alloc, dealloc } = this.exports;
    // An i32 arrives with a sign, and a pointer may be in the upper 2 GiB.
    const pointer = alloc(bytes.length) >>> 0;
    // After alloc, which may have moved the memory: an older view would be detached.
    new Uint8Array(memory.buffer, pointer, bytes.length).set(bytes);
    const result = call(pointer, bytes.length);
    dealloc(pointer, bytes.length);
    return result;
  }
}

/**
 * Copies an answer out of linear memory, and frees it there.
 * @param {Pick<Exports, 'memory' | 'dealloc'>} exports
 * @param {bigint} answer the pointer and the length in bytes, 32 bits each; 0 means that the module refused
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function takeAnswer({ memory, dealloc }, answer) {
  // An i64 arrives with a sign, and a pointer may be in the upper 2 GiB.
  const pointer = Number(BigInt.asUintN(64, answer) >> 32n);
  const length = Number(BigInt.asUintN(32, answer));
  if (pointer === 0) throw new RangeError('the module refused: the arguments are not valid');
  const bytes = new Uint8Array(memory.buffer, pointer, length).slice();
  dealloc(pointer, length);
  return bytes;
}

/**
 * The host's half of the interface of mandelbrot_simd.wasm, which draws rows of a picture.
 * @param {WebAssembly.Instance} instance of mandelbrot_simd.wasm
 * @param {number} width of the whole picture
 * @param {number} height of the whole picture
 * @returns {(view: View, firstRow: number, rows: number) => Uint32Array<ArrayBuffer>}
 */
export function rowsWithSimd({ exports }, width, height) {
  const simd = /** @type {any} */ (exports);
  return (view, firstRow, rows) => {
    const answer = simd.mandelbrot_rows(width, height, view.re, view.im, view.width, view.iterations, firstRow, rows);
    return new Uint32Array(takeAnswer(simd, answer).buffer);
  };
}
