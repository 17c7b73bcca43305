// @ts-check
// An `async fn` of Rust is a function that returns a promise.

import init, { fetchText } from '../pkg/fetch.js';
import { code, marked } from '../shared/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';
import { counting } from '../shared/format.js';

await init({ module_or_path: fetchWasm('pkg/fetch_bg.wasm') });

/** @param {HTMLElement} card @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run(card) {
  const url = /** @type {HTMLInputElement} */ (card.querySelector('input')).value;
  let came;
  try {
    const text = await fetchText(url, AbortSignal.timeout(5000));
    came = `${counting(text.length, 'character')}: ${text.slice(0, 40)}${text.length > 40 ? '…' : ''}`;
  } catch (error) {
    came = String(error);
  }

  const controller = new AbortController();
  const promise = fetchText(url, controller.signal);
  controller.abort();
  const outcome = await promise.then(() => 'it came nevertheless', String);

  return [
    [code('await fetchText(url, signal)'), came],
    [marked`the same, after ${code('controller.abort()')}`, outcome],
  ];
}
