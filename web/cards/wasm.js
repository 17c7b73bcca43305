// @ts-check
// add and greet in WebAssembly: a module alone, and one behind wasm-bindgen. Both update as you type.

import { setState, show, showPath } from '../shared/card.js';
import { inTime } from '../shared/deadline.js';
import { byId } from '../shared/dom.js';
import { wrongTypes } from '../shared/fetch-wasm.js';
import { readFields, readInteger } from '../shared/fields.js';
import { wasmTrouble } from '../trouble.js';
import { loadAdd } from './wasm/raw.js';

/** @param {HTMLElement} card */
export async function start(card) {
  const a = byId('wasm-a', HTMLInputElement);
  const b = byId('wasm-b', HTMLInputElement);
  const name = byId('wasm-name', HTMLInputElement);
  const rawResult = byId('wasm-raw-result', HTMLElement);
  const bindgenResult = byId('wasm-bindgen-result', HTMLElement);
  const greetResult = byId('wasm-greet-result', HTMLElement);
  const results = [rawResult, bindgenResult, greetResult];

  byId('wasm-add-form', HTMLFormElement).addEventListener('submit', event => event.preventDefault());
  setState(card, 'loading');
  for (const result of results) show(result, 'loading', 'Loading…');

  // One of the two may fail while the other works.
  const [raw, bindgen] = await Promise.all([
    orTrouble(loadAdd()),
    orTrouble(import('../shared/wasm-bindgen.js')),
  ]);

  /** @param {unknown} a @param {unknown} b */
  const label = (a, b) => {
    for (const call of card.querySelectorAll('[data-call]')) call.textContent = `add(${a}, ${b}) =`;
  };
  const sum = () => {
    const values = readFields([a, b], () => [readInteger(a), readInteger(b)], { focus: false });
    if (!values) {
      label('a', 'b');
      showPath(card);
      for (const result of [rawResult, bindgenResult]) show(result, 'idle', '…');
      return;
    }
    const [left, right] = values;
    label(left, right);
    const answers = [
      answer(rawResult, raw, add => /** @type {(a: number, b: number) => number} */ (add)(left, right)),
      answer(bindgenResult, bindgen, module => module.add(left, right)),
    ];
    showPath(card, `${left}, ${right}`, answers.find(text => text !== undefined));
  };
  const greet = () => answer(greetResult, bindgen, module => module.greet(name.value));

  for (const field of [a, b]) field.addEventListener('input', sum);
  name.addEventListener('input', greet);
  sum();
  greet();

  setState(card, results.some(result => result.dataset.state === 'error') ? 'error' : 'done');
  showWrongType();
}

/**
 * Turns a promise's outcome into a value, once there is one or the wait is too long.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<{ value: T } | { trouble: import('../shared/dom.js').Marked }>}
 */
function orTrouble(promise) {
  return inTime(promise).then(value => ({ value }), error => ({ trouble: wasmTrouble(error) }));
}

/**
 * Shows the answer of a module, or why the module did not load.
 * @template T
 * @param {HTMLElement} result
 * @param {{ value: T } | { trouble: import('../shared/dom.js').Marked }} loaded
 * @param {(module: T) => number | string} call
 * @returns {string | undefined} the answer
 */
function answer(result, loaded, call) {
  if ('trouble' in loaded) {
    show(result, 'error', loaded.trouble);
    return undefined;
  }
  try {
    const text = String(call(loaded.value));
    show(result, 'done', text);
    return text;
  } catch (error) {
    show(result, 'error', wasmTrouble(error));
    return undefined;
  }
}

/** A module with a wrong type still works, but the owner of the web server should know. */
function showWrongType() {
  const note = byId('wasm-note', HTMLElement);
  for (const [path, type] of wrongTypes) {
    note.textContent = `The server sent ${path} as ${type}. Serve .wasm files as application/wasm: then the browser `
      + 'compiles them while it downloads them.';
  }
}
