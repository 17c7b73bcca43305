// @ts-check
// Eight mishaps: what the browser says, and what it means.

import { ask } from '../shared/ask.js';
import { inTime } from '../shared/deadline.js';
import { code, marked } from '../shared/dom.js';
import { fetchBytes, fetchWasm } from '../shared/fetch-wasm.js';
import { counting } from '../shared/format.js';

/** @typedef {import('../gallery.js').Fact} Fact */

/** @type {Record<string, () => Promise<Fact[]>>} */
const MISHAPS = { panic, bounds, early, type, stale, detached, limit, loop };

/** @param {HTMLElement} _card @param {HTMLButtonElement} button */
export async function run(_card, button) {
  const facts = await MISHAPS[button.value]();
  const { element } = await start();
  return [...facts, ['The page, afterwards', marked`continues: in a new instance, ${code('element(1)')} is ${element(1)}`]];
}

let instances = 0;

/** The glue's code runs once for each address it is imported from, so this gives a new instance. */
function load() {
  return inTime(import(`../pkg/mishaps.js?instance=${++instances}`));
}

/** An instance that can be broken: nothing else uses it. */
async function start() {
  const glue = await load();
  const { memory } = await inTime(glue.default({ module_or_path: fetchWasm('pkg/mishaps_bg.wasm') }));
  return { ...glue, memory };
}

/** The error that `action` throws, word for word. @param {() => unknown} action */
async function thrown(action) {
  try {
    await action();
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** @returns {Promise<Fact[]>} */
async function panic() {
  const silent = await start();
  const without = await thrown(() => silent.element(7));

  const talking = await start();
  let report = '';
  talking.reportPanics((/** @type {string} */ message) => (report = message));
  await thrown(() => talking.element(7));

  return [
    [marked`${code('element(7)')} of three`, without],
    [marked`The same, after ${code('reportPanics(…)')}`, report],
    ['It means',
      marked`a panic ends in the instruction ${code('unreachable')}; its message is lost, unless a hook hands it out first.`],
    ['To do',
      'set a panic hook before the first call. Drop the instance: what the panic interrupted was never cleaned up.'],
  ];
}

/** @returns {Promise<Fact[]>} */
async function bounds() {
  const { byteAt, memory } = await start();
  return [
    [code('byteAt(memory.buffer.byteLength)'), await thrown(() => byteAt(memory.buffer.byteLength))],
    [marked`${code('byteAt(0)')}, a null pointer`, `no error: ${byteAt(0)}`],
    ['It means',
      'an address beyond linear memory traps, and nothing outside can be reached. Inside it, every address can be read.'],
    ['To do', marked`look for ${code('unsafe')} code, or C, with a wrong pointer or length.`],
  ];
}

/** @returns {Promise<Fact[]>} */
async function early() {
  const glue = await load();
  const ready = glue.default({ module_or_path: fetchWasm('pkg/mishaps_bg.wasm') });
  const says = await thrown(() => glue.element(1));
  await inTime(ready);
  return [
    [code('init({ module_or_path }); element(1)'), says],
    [code('await init({ module_or_path }); element(1)'), String(glue.element(1))],
    ['It means', 'the glue is there, the module behind it is not yet.'],
    ['To do', marked`${code('await init({ module_or_path })')} once, in a module of its own that the others import. This page’s glue has no default path, so plain ${code('init()')} fails.`],
  ];
}

/** @returns {Promise<Fact[]>} */
async function type() {
  const bytes = await fetchBytes('pkg/add.wasm');
  const response = new Response(bytes, { headers: { 'content-type': 'text/plain' } });
  const says = await thrown(() => WebAssembly.instantiateStreaming(response));
  const { instance } = await WebAssembly.instantiate(bytes);
  const add = /** @type {(a: number, b: number) => number} */ (instance.exports.add);
  return [
    [marked`${code('instantiateStreaming(…)')} of text/plain`, says],
    [marked`${code('instantiate(bytes)')}; ${code('add(2, 3)')}`, String(add(2, 3))],
    ['It means', marked`a browser compiles while it downloads only what comes as ${code('application/wasm')}.`],
    ['To do',
      marked`have the server send that type; until it does, ${code('instantiate')} takes the bytes, whatever their type.`],
  ];
}

/** @returns {Promise<Fact[]>} */
async function stale() {
  const bytes = new Uint8Array(await fetchBytes('pkg/mishaps_bg.wasm'));
  // Imports have names that end in a hash, which changes with wasm-bindgen's version. So does this:
  const name = '__wbg_call_';
  bytes[new TextDecoder('latin1').decode(bytes).indexOf(name) + name.length] ^= 1;

  const glue = await load();
  return [
    [marked`${code('init')} of a newer module`, await thrown(() => glue.default({ module_or_path: bytes }))],
    ['It means',
      'the module asks for an import that the JavaScript beside it does not have: they come from different builds.'],
    ['To do',
      'deploy both together, under names that change with their content; a cache may hold an old one.'],
  ];
}

/** @returns {Promise<Fact[]>} */
async function detached() {
  const { keep, memory } = await start();
  const view = new Uint8Array(memory.buffer, 0, 16);
  keep(1024 * 1024);
  const renewed = new Uint8Array(memory.buffer, 0, 16);
  return [
    [marked`${code('view.length')}, after Rust has allocated`, marked`${view.length}; ${code('view[0]')} is ${view[0]}, without an error`],
    [code('view.set([1])'), await thrown(() => view.set([1]))],
    [code('new Uint8Array(memory.buffer, 0, 16).length'), String(renewed.length)],
    ['It means',
      'memory grew. A buffer cannot, so there is a new one, and the old one’s views are detached.'],
    ['To do', 'make new views after each call that may allocate.'],
  ];
}

/** @returns {Promise<Fact[]>} */
async function limit() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 16 });
  const { keep } = await start();
  const gibibyte = 2 ** 30;
  // A 32-bit pointer reaches 4 GiB; untouched, they cost addresses and no memory.
  const says = await thrown(() => {
    for (let i = 0; i < 5; i++) keep(gibibyte);
  });
  return [
    [marked`${code('memory.grow(16)')}, of 1 page with ${code('maximum: 16')}`, await thrown(() => memory.grow(16))],
    [marked`${code('keep(1 GiB)')}, again and again`, says],
    ['It means',
      marked`inside the module, growing answers -1. ${code('try_reserve')} makes an ${code('Err')} of that; ${code('push')} and ${code('vec!')} abort.`],
    ['To do',
      marked`use ${code('try_reserve')} where a size comes from outside, and a ${code('maximum')} where a module is not yours.`],
  ];
}

/** @returns {Promise<Fact[]>} */
async function loop() {
  const worker = new Worker(new URL('loop-worker.js', import.meta.url), { type: 'module' });
  let answers = 0;
  let ticks = 0;
  try {
    await inTime(ask(worker, 'start'));
    worker.onmessage = () => answers++;
    worker.postMessage('are you there?');

    const clock = setInterval(() => ticks++, 10);
    await new Promise(resolve => setTimeout(resolve, 500));
    clearInterval(clock);
  } finally {
    worker.terminate();
  }

  return [
    [marked`${code('spin()')} in a worker`, `nothing: ${counting(answers, 'answer')} in half a second, and no error`],
    ['The page’s clock, meanwhile', counting(ticks, 'tick')],
    ['It means',
      'no function of a module can be interrupted. In the page itself, this would have frozen the tab.'],
    ['To do', marked`run what may not end in a worker, and ${code('terminate()')} it after a deadline.`],
  ];
}
