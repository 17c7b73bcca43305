// @ts-check
// Bulk data: a copy of it, or a view of it where it is.

import init, { Samples } from '../pkg/arrays.js';
import { code, marked } from '../shared/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';
import { milliseconds } from '../shared/format.js';

const { memory } = await init({ module_or_path: fetchWasm('pkg/arrays_bg.wasm') });

const LENGTH = 16 * 2 ** 20;

/** The number of times that each is done, so that the clock can measure it. */
const ROUNDS = 5;

/** A view, good until memory grows. @param {Samples} samples */
const viewOf = samples => new Uint8Array(memory.buffer, samples.pointer(), samples.length);

/** @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run() {
  const samples = new Samples(LENGTH);

  const copy = samples.copy();
  copy[0] = 1;
  const afterCopy = samples.get(0);

  const view = viewOf(samples);
  view[0] = 2;
  const afterView = samples.get(0);

  const copying = time(() => samples.copy());
  const viewing = time(() => viewOf(samples));

  // By hand, here; any call into Rust that allocates may do the same.
  memory.grow(1);
  const detached = view.length;
  // The fix: make a new view after each call that may allocate.
  const renewed = viewOf(samples);
  const again = marked`${renewed.length.toLocaleString('en')}, and ${code('view[0]')} is ${renewed[0]}`;
  samples.free();

  return [
    ['16 MiB as a copy', `${milliseconds(copying)} each`],
    ['16 MiB as a view', `${Math.round(viewing * 1000)} µs each`],
    [marked`Rust reads, after ${code('copy[0] = 1')}`, String(afterCopy)],
    [marked`Rust reads, after ${code('view[0] = 2')}`, String(afterView)],
    [marked`${code('view.length')} after memory has grown`, String(detached)],
    [marked`${code('view.length')}, of a new view`, again],
  ];
}

/** The mean time of one call, in ms. @param {() => void} call */
function time(call) {
  const start = performance.now();
  for (let i = 0; i < ROUNDS; i++) call();
  return (performance.now() - start) / ROUNDS;
}
