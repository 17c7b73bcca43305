// @ts-check
// A `Result` of Rust: its value, or an exception.

import init, { mean } from '../pkg/errors.js';
import { code, marked } from '../shared/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';
import { float } from '../shared/format.js';

await init({ module_or_path: fetchWasm('pkg/errors_bg.wasm') });

/** @param {HTMLElement} card @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run(card) {
  const text = /** @type {HTMLInputElement} */ (card.querySelector('input')).value;
  try {
    return [[marked`${code('mean(text)')} returned`, float(mean(text))]];
  } catch (error) {
    return [
      [marked`${code('mean(text)')} threw`, String(error)],
      [code('error instanceof Error'), String(error instanceof Error)],
    ];
  }
}
