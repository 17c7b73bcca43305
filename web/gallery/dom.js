// @ts-check
// Rust that builds a list and draws on a canvas.

import init, { drawBars, fillList } from '../pkg/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';

await init({ module_or_path: fetchWasm('pkg/dom_bg.wasm') });

/** @param {HTMLElement} card @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run(card) {
  const list = /** @type {HTMLElement} */ (card.querySelector('ol'));
  const canvas = /** @type {HTMLCanvasElement} */ (card.querySelector('canvas'));
  const values = Float64Array.from({ length: 12 }, (_, hour) => 16 - 5 * Math.cos(hour / 2));

  fillList(list, values);
  drawBars(canvas, values, getComputedStyle(card).getPropertyValue('--accent'));

  return [['made by Rust', `a list of ${list.children.length} items, and a picture of it`]];
}
