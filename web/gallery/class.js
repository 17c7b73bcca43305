// @ts-check
// A Rust struct as a JavaScript class.

import init, { Series } from '../pkg/class.js';
import { code, marked } from '../shared/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';

await init({ module_or_path: fetchWasm('pkg/class_bg.wasm') });

/** @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run() {
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
