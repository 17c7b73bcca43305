// @ts-check
// The part of the complex plane that the picture shows.

/**
 * A rectangle by its centre and width, and how long to iterate before calling a point inside.
 * @typedef {{ re: number, im: number, width: number, iterations: number }} View
 */

/** Picture size in pixels. */
export const WIDTH = 512;
export const HEIGHT = 384;

/** @type {Record<string, View>} */
export const PRESETS = {
  whole: { re: -0.7, im: 0, width: 3.2, iterations: 500 },
  seahorse: { re: -0.7463, im: 0.1102, width: 0.005, iterations: 1000 },
  spiral: { re: -0.761574, im: -0.0847596, width: 0.0012, iterations: 1500 },
};

/** The limit of both halves; see c_src/include/polyglot.h. */
export const MAX_ITERATIONS = 10_000;

/** If the view is narrower than this, neighbouring pixels are the same f64. */
const NARROWEST = 1e-12;
const WIDEST = 16;
const STEP = 3;

/**
 * Zooms in on a point of the picture; by default, the centre.
 * @param {View} view
 * @param {{ x: number, y: number }} [at] in pixels
 * @returns {View}
 */
export function zoomIn(view, at = { x: WIDTH / 2, y: HEIGHT / 2 }) {
  const pixel = view.width / WIDTH;
  return {
    re: view.re + (at.x - WIDTH / 2) * pixel,
    im: view.im - (at.y - HEIGHT / 2) * pixel,
    width: Math.max(view.width / STEP, NARROWEST),
    // Close to the set, it takes more iterations to tell the inside from the outside.
    iterations: Math.min(Math.round(view.iterations * 1.25), MAX_ITERATIONS),
  };
}

/**
 * @param {View} view
 * @returns {View}
 */
export function zoomOut(view) {
  return {
    ...view,
    width: Math.min(view.width * STEP, WIDEST),
    iterations: Math.max(Math.round(view.iterations / 1.25), 100),
  };
}
