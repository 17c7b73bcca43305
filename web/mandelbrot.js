// @ts-check
// The Mandelbrot picture in JavaScript: the arithmetic of c_src/mandelbrot.c, step by step, so that
// every side draws the same pixels.

/** @typedef {import('./views.js').View} View */

/**
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
