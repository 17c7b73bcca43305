// @ts-check
// A `Result` of Rust: its value, or an exception.

import init, { mean } from '../pkg/errors.js';
import { fetchWasm } from '../shared/fetch-wasm.js';

await init({ module_or_path: fetchWasm('pkg/errors_bg.wasm') });

/** @param {HTMLElement} card @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run(card) {
  const text = /** @type {HTMLInputElement} */ (card.querySelector('input')).value;
  try {
    return [['`mean(text)` returned', String(mean(text))]];
  } catch (error) {
    return [
      ['`mean(text)` threw', String(error)],
      ['`error instanceof Error`', String(error instanceof Error)],
    ];
  }
}
