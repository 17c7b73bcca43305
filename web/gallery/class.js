// @ts-check
// A Rust struct as a JavaScript class.

import init, { Series } from '../pkg/class.js';
import { code, marked } from '../shared/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';

await init({ module_or_path: fetchWasm('pkg/class_bg.wasm') });

/** @typedef {import('../gallery.js').Fact} Fact */

/** @param {HTMLElement} _card @param {HTMLButtonElement} button */
export async function run(_card, button) {
  return button.value === 'borrowed' ? borrowed() : used();
}

/** @returns {Fact[]} */
function used() {
  const series = new Series('cellar');
  const empty = series.mean();
  for (const value of [11.5, 12, 12.5]) series.push(value);
  const { name } = series;
  const mean = series.mean();

  series.free();
  let afterwards;
  try {
    afterwards = String(series.mean());
  } catch (error) {
    afterwards = String(error);
  }

  return [
    [marked`${code('series.mean()')} before any value`, String(empty)],
    [code('series.name'), name],
    [marked`${code('series.mean()')} of 11.5, 12, 12.5`, String(mean)],
    [code('series instanceof Series'), String(series instanceof Series)],
    [marked`${code('series.mean()')} after ${code('series.free()')}`, afterwards],
  ];
}

/** @returns {Fact[]} */
function borrowed() {
  const series = new Series('cellar');
  series.push(11.5);
  let says = 'no error';
  try {
    series.forEach(value => series.push(value + 1));
  } catch (error) {
    says = String(error);
  }
  let mean;
  series.forEach(() => { mean = series.mean(); });

  /** @type {number[]} */
  const values = [];
  series.forEach(value => values.push(value));
  for (const value of values) series.push(value + 1);
  const fixed = series.mean();
  series.free();

  return [
    [code('series.forEach(value => series.push(value + 1))'), says],
    [code('series.forEach(() => series.mean())'), `no error: ${mean}`],
    [marked`${code('push')} after ${code('forEach')}`, `no error: the mean is ${fixed}`],
    ['It means',
      marked`a method borrows its object until it returns, and an ${code('async')} one until its promise settles. Meanwhile what takes ${code('&mut self')} throws, and nothing can be called while that itself runs.`],
    ['To do',
      marked`call it afterwards. In Rust: ${code('&self')}, and a ${code('RefCell')} that is not borrowed while JavaScript runs.`],
  ];
}
