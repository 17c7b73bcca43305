// @ts-check
// Two of the shared operations in JavaScript, with the arithmetic of the C and the Rust code, so that
// every side gives the same answer.

/** @typedef {import('./views.js').View} View */

/**
 * The Mandelbrot picture, step by step as c_src/mandelbrot.c draws it.
 * @param {number} width @param {number} height
 * @param {View} view
 * @returns {Uint32Array} the iterations of each pixel
 */
export function mandelbrot(width, height, view) {
  const pixels = new Uint32Array(width * height);
  const step = view.width / width;
  const left = view.re - view.width / 2;
  const top = view.im + (step * height) / 2;
  for (let row = 0; row < height; row++) {
    const im = top - (row + 0.5) * step;
    for (let x = 0; x < width; x++) {
      pixels[row * width + x] = iterationsAt(left + (x + 0.5) * step, im, view.iterations);
    }
  }
  return pixels;
}

/** @param {number} re @param {number} im @param {number} limit */
function iterationsAt(re, im, limit) {
  let zRe = 0;
  let zIm = 0;
  for (let n = 0; n < limit; n++) {
    const reSquared = zRe * zRe;
    const imSquared = zIm * zIm;
    if (reSquared + imSquared > 4) return n;
    zIm = 2 * zRe * zIm + im;
    zRe = reSquared - imSquared + re;
  }
  return limit;
}

/** The polynomial 0x1EDC6F41, lowest bit first. */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** The CRC-32C, byte by byte as crates/wasm-demo/src/checksum.rs computes it. @param {Uint8Array} bytes */
export function crc32c(bytes) {
  let crc = ~0;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}
