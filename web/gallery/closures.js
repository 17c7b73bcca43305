// @ts-check
// A JavaScript function called by Rust, and a Rust closure called by JavaScript.

import init, { ClickCounter, forEach } from '../pkg/closures.js';
import { code, marked } from '../shared/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';

await init({ module_or_path: fetchWasm('pkg/closures_bg.wasm') });

/** @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run() {
  /** @type {number[]} */
  const visited = [];
  forEach(Float64Array.of(11.5, 12, 12.5), value => visited.push(value));

  const refusal = new RangeError('11.5 is too cold');
  let caught;
  try {
    forEach(Float64Array.of(11.5, 12, 12.5), () => { throw refusal; });
  } catch (error) {
    caught = error;
  }

  const target = new EventTarget();
  const click = () => target.dispatchEvent(new Event('click'));
  let clicks = 0;
  const counter = new ClickCounter(target, count => { clicks = count; });
  for (let i = 0; i < 3; i++) click();
  const counted = clicks;
  counter.free();
  click();

  return [
    [marked`${code('forEach')} of 11.5, 12, 12.5 called ${code('visit')} with`, visited.join(', ')],
    [marked`what ${code('visit')} throws, caught behind Rust`, String(caught)],
    ['is it the same object?', String(caught === refusal)],
    ['3 clicks, counted by the Rust closure', String(counted)],
    [marked`1 more, after ${code('counter.free()')}`, `${clicks}: no one listens any more`],
  ];
}
