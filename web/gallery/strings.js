// @ts-check
// Text, there and back.

import { code, marked } from '../shared/dom.js';
import { counting } from '../shared/format.js';
import init, { characters, reverse, utf8 } from '../pkg/strings.js';
import { fetchWasm } from '../shared/fetch-wasm.js';

await init({ module_or_path: fetchWasm('pkg/strings_bg.wasm') });

/** @param {HTMLElement} card @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run(card) {
  const text = /** @type {HTMLInputElement} */ (card.querySelector('input')).value;

  const bytes = utf8(text);
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
  // Cut between the two halves of the crab, as slice() does not look.
  const cut = text.slice(0, -1);

  return [
    [marked`${code('text.length')} in JavaScript`, counting(text.length, 'UTF-16 code unit')],
    [marked`${code('text.len()')} in Rust`, `${counting(bytes.length, 'byte')} of UTF-8: ${hex}`],
    [marked`${code('text.chars().count()')} in Rust`, counting(characters(text), 'character')],
    [marked`${code('reverse(text)')}, made by Rust`, reverse(text)],
    [code('reverse(reverse(text)) === text'), String(reverse(reverse(text)) === text)],
    [code('reverse(text.slice(0, -1))'), reverse(cut) + (cut.isWellFormed() ? '' : ', with U+FFFD for the half')],
  ];
}
