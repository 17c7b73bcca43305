// @ts-check
// One side's picture: turns iterations into colours, row by row.

import { HEIGHT, WIDTH } from './views.js';

/** The main colours of the palette, as red, green and blue; after the last comes the first. */
const STOPS = [
  [16, 22, 40], [22, 78, 99], [66, 163, 150], [242, 236, 214], [232, 150, 70], [150, 56, 30], [62, 32, 84],
];

/** The pace of the palette: the smaller, the faster it changes. */
const ROUND = 6;

/** A picture on a canvas, and the iterations behind it. */
export class Picture {
  /** The iterations of every pixel. */
  iterations = new Uint32Array(WIDTH * HEIGHT);
  #context;
  #row;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    this.#row = this.#context.createImageData(WIDTH, 1);
  }

  clear() {
    this.iterations.fill(0);
    this.#context.clearRect(0, 0, WIDTH, HEIGHT);
  }

  /**
   * @param {number} row
   * @param {Uint32Array} iterations one for each pixel
   * @param {number} maxIterations of a pixel that is inside the set
   */
  paint(row, iterations, maxIterations) {
    this.iterations.set(iterations, row * WIDTH);
    const colours = colourTable(maxIterations);
    new Uint32Array(this.#row.data.buffer).set(iterations.map(n => colours[n]));
    this.#context.putImageData(this.#row, 0, row);
  }
}

/** @type {Uint32Array} */
let table = new Uint32Array(0);

/**
 * The colour of each number of iterations, as four bytes of image data.
 * @param {number} maxIterations
 */
function colourTable(maxIterations) {
  if (table.length !== maxIterations + 1) {
    const bytes = new Uint8ClampedArray(4 * (maxIterations + 1));
    for (let n = 0; n < maxIterations; n++) bytes.set([...colour(n), 255], 4 * n);
    bytes.set([10, 12, 18, 255], 4 * maxIterations);
    table = new Uint32Array(bytes.buffer);
  }
  return table;
}

/**
 * The colour of a pixel. Far from the set, where a few iterations suffice, the colour changes with each iteration;
 * close to the set, where pixels need hundreds, it changes slowly.
 * @param {number} n
 */
function colour(n) {
  const place = (Math.log2(1 + n / ROUND) * STOPS.length * 0.55) % STOPS.length;
  const from = STOPS[Math.floor(place)];
  const to = STOPS[(Math.floor(place) + 1) % STOPS.length];
  return from.map((value, i) => value + (to[i] - value) * (place % 1));
}
