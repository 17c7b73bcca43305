// @ts-check
// What a call costs, from one that passes two numbers to one that draws a picture.

import { byId, say } from '../dom.js';
import { whole } from '../format.js';
import { loadOps } from '../ops.js';
import { checksum } from '../pkg/wasm_demo.js';
import { add, greet } from '../wasm-bindgen.js';
import { compile, rowsWithSimd } from './contenders.js';
import { crc32c } from './crc32c.js';
import { mandelbrot } from './mandelbrot.js';
import { summary } from './statistics.js';

const ROUNDS = 7;
/** A batch takes so many ticks of the browser's clock that one more or less is at most 1 %. */
const TICKS = 100;

/**
 * Does its work `times` times and returns the last result. Calls that take nanoseconds have a loop of
 * their own each: in a shared one, the browser could optimise for none of them.
 * @typedef {(times: number) => unknown} Work
 */

/** @typedef {{ name: string, sides: Record<string, Work> }} Bench JavaScript's side comes first */

/** @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run() {
  const benches = await prepare();
  const table = byId('bench-table', HTMLTableElement);
  for (const group of [...table.tBodies]) group.remove();
  byId('bench-times', HTMLElement).hidden = false;

  const tick = clockTick();
  for (const { name, sides } of benches) {
    const answers = new Set(Object.values(sides).map(work => String(work(3))));
    if (answers.size !== 1) return [[name, 'not measured: the sides do not agree on the result']];
    const title = document.createElement('th');
    title.colSpan = 4;
    title.scope = 'rowgroup';
    say(title, name);
    const group = table.createTBody();
    group.insertRow().append(title);
    let js = 0;
    for (const [side, work] of Object.entries(sides)) {
      const { median, min, max } = summary(await measure(work, tick));
      js ||= median;
      const row = group.insertRow();
      const who = document.createElement('th');
      who.scope = 'row';
      who.textContent = side;
      row.append(who);
      for (const text of [duration(median), duration(min, max), ratio(median / js)]) {
        row.insertCell().textContent = text;
      }
    }
  }
  return [
    ['Measured just now, in', `${navigator.userAgent}, ${navigator.hardwareConcurrency} cores`],
    ['Medians of',
      `${ROUNDS} batches, each of ${TICKS} ticks of this clock or more; a tick is ${duration(1e6 * tick)}`],
  ];
}

/** @returns {Promise<Bench[]>} */
async function prepare() {
  const ops = await loadOps(await compile('pkg/ops.wasm'));
  const { exports } = ops;

  const bytes = Uint8Array.from({ length: 1024 * 1024 }, (_, i) => 31 * i);
  const room = exports.alloc(bytes.length) >>> 0;
  new Uint8Array(exports.memory.buffer, room, bytes.length).set(bytes);

  const [width, height] = [96, 72];
  const view = { re: -0.7, im: 0, width: 3.2, iterations: 200 };
  const simd = await WebAssembly.instantiate(await compile('pkg/mandelbrot_simd.wasm'));
  const drawWithSimd = rowsWithSimd(simd, width, height);

  return [
    {
      name: '`add(a, b)`',
      sides: {
        'JavaScript': times => {
          let sum = 0;
          for (let i = 0; i < times; i++) sum = addInJs(sum, i);
          return sum;
        },
        'Rust': times => {
          let sum = 0;
          for (let i = 0; i < times; i++) sum = exports.add(sum, i);
          return sum;
        },
        'Rust, wasm-bindgen': times => {
          let sum = 0;
          for (let i = 0; i < times; i++) sum = add(sum, i);
          return sum;
        },
      },
    },
    {
      name: '`greet(name)`',
      sides: {
        'JavaScript': times => {
          let units = 0;
          for (let i = 0; i < times; i++) units += greetInJs(NAMES[i % 2]).length;
          return units;
        },
        'Rust, by hand': times => {
          let units = 0;
          for (let i = 0; i < times; i++) units += ops.greet(NAMES[i % 2]).length;
          return units;
        },
        'Rust, wasm-bindgen': times => {
          let units = 0;
          for (let i = 0; i < times; i++) units += greet(NAMES[i % 2]).length;
          return units;
        },
      },
    },
    {
      name: '`checksum(1 MiB)`',
      sides: {
        'JavaScript': repeat(() => crc32c(bytes)),
        'Rust, bytes copied in': repeat(() => checksum(bytes)),
        'Rust, bytes in its memory': repeat(() => exports.checksum(room, bytes.length) >>> 0),
      },
    },
    {
      name: `Mandelbrot, ${width} × ${height}`,
      sides: {
        'JavaScript': repeat(() => mandelbrot(width, height, view)),
        'Rust': repeat(() => ops.mandelbrot(width, height, view)),
        'Rust with SIMD': repeat(() => drawWithSimd(view, 0, height)),
      },
    },
  ];
}

const NAMES = ['Ferris', 'Gopher'];

/** Wraps, as an i32 does. @param {number} a @param {number} b */
const addInJs = (a, b) => (a + b) | 0;

/** @param {string} name */
const greetInJs = name => `Hello, ${name}!`;

/** @param {() => unknown} call @returns {Work} */
function repeat(call) {
  return times => {
    let last;
    for (let i = 0; i < times; i++) last = call();
    return last;
  };
}

/** The steps in which performance.now() advances, in ms: coarse, against attacks that measure time. */
function clockTick() {
  const ticks = Array.from({ length: 9 }, () => {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    return now - start;
  });
  return summary(ticks).median;
}

/**
 * @param {Work} work
 * @param {number} tick in ms
 * @returns {Promise<number[]>} ns for each time, by batch
 */
async function measure(work, tick) {
  /** @param {number} times */
  const batch = async times => {
    // A timer lets the page paint and answer.
    await new Promise(resolve => setTimeout(resolve));
    const start = performance.now();
    work(times);
    return performance.now() - start;
  };
  let times = 1;
  // Growing, it also warms up.
  while (await batch(times) < TICKS * tick) times *= 2;
  const results = [];
  for (let round = 0; round < ROUNDS; round++) results.push((1e6 * await batch(times)) / times);
  return results;
}

/** @param {number} n */
function ratio(n) {
  return `${n < 10 ? n.toFixed(2) : whole(n)} ×`;
}

/** One duration or a range of them, in the unit of the first. @param {...number} ns */
function duration(...ns) {
  const [divisor, unit] = ns[0] < 1e3 ? [1, 'ns'] : ns[0] < 1e6 ? [1e3, 'µs'] : [1e6, 'ms'];
  return `${ns.map(n => (n / divisor).toFixed(1)).join(' to ')} ${unit}`;
}
