// @ts-check
// The sides outside this thread: a worker and the server. A call sends a message and returns a promise.

import { ask } from '../shared/ask.js';
import { compile } from '../shared/fetch-wasm.js';
import { ask as askServer, METHOD } from '../shared/grpc-web.js';
import { bytesField, double, fieldOf, helloRequest, number, numberOf, textOf, unpack } from '../shared/protobuf.js';
import { NAMES, SIZE, SUMMANDS, VIEW } from './operations.js';

/** @typedef {import('./sides.js').Cell} Cell */
/** @typedef {import('./sides.js').Side} Side */
/** @typedef {import('./sides.js').Data} Data */

/** @param {Data} data @param {AbortSignal} signal ends the worker @returns {Promise<Side>} */
export async function inWorker(data, signal) {
  const module = await compile('pkg/ops.wasm');
  signal.throwIfAborted();
  const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
  signal.addEventListener('abort', () => worker.terminate());
  await ask(worker, { module });
  return side(
    data,
    (a, b) => ask(worker, { add: [a, b] }),
    name => ask(worker, { greet: name }),
    bytes => {
      let own = bytes.slice();
      return async () => {
        // Transferred there and back, so that the bytes are not copied between the two threads.
        const { crc, bytes } = await ask(worker, { checksum: own }, [own.buffer]);
        own = bytes;
        return crc;
      };
    },
    () => ask(worker, { mandelbrot: [SIZE, SIZE, VIEW] }),
  );
}

/** @param {AbortSignal} signal @returns {Promise<Side>} */
export async function byRustServer(signal) {
  const greet = async (/** @type {string} */ name) => {
    const [reply] = await askServer(METHOD, helloRequest(name), signal);
    return textOf(reply, 1);
  };
  return { 'greet': inTurns(greet) };
}

/** @param {Data} data @param {AbortSignal} signal @returns {Promise<Side>} */
export async function byCServer(data, signal) {
  /** @param {string} method @param {Uint8Array} request */
  const crossing = (method, request) => askServer(`crossing.Crossing/${method}`, request, signal);
  return side(
    data,
    async (a, b) => {
      const [reply] = await crossing('Add', Uint8Array.from([...number(1, a), ...number(2, b)]));
      return numberOf(reply, 1);
    },
    async name => {
      const [reply] = await crossing('Greet', helloRequest(name));
      return textOf(reply, 1);
    },
    bytes => async () => {
      const [reply] = await crossing('Checksum', bytesField(1, bytes));
      return numberOf(reply, 1);
    },
    async () => {
      const { re, im, width, iterations } = VIEW;
      const view = Uint8Array.from([double(1, re), double(2, im), double(3, width)].flatMap(bytes => [...bytes]));
      const request = [
        ...number(1, SIZE), ...number(2, SIZE), ...bytesField(3, view), ...number(4, iterations),
      ];
      const pixels = new Uint32Array(SIZE * SIZE);
      for (const row of await crossing('Mandelbrot', Uint8Array.from(request))) {
        pixels.set(unpack(fieldOf(row, 2) ?? new Uint8Array()), numberOf(row, 1) * SIZE);
      }
      return pixels;
    },
  );
}

/**
 * @param {Data} data
 * @param {(a: number, b: number) => Promise<number>} add
 * @param {(name: string) => Promise<string>} greet
 * @param {(bytes: Uint8Array) => () => Promise<number>} checksum
 * @param {() => Promise<Uint32Array>} mandelbrot
 * @returns {Side}
 */
function side(data, add, greet, checksum, mandelbrot) {
  /** @param {number} times */
  const sum = async times => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum = await add(sum, i);
    return sum;
  };
  return {
    'add': { answer: () => sum(SUMMANDS), work: sum },
    'greet': inTurns(greet),
    ...Object.fromEntries(Object.entries(data).map(([id, bytes]) => [id, again(checksum(bytes))])),
    'mandelbrot': again(mandelbrot),
  };
}

/** @param {(name: string) => Promise<string>} greet @returns {Cell} */
function inTurns(greet) {
  return {
    answer: () => greet(NAMES[0]),
    work: async times => {
      let units = 0;
      for (let i = 0; i < times; i++) {
        const reply = await greet(NAMES[i % 2]);
        units += reply.charCodeAt(reply.length - 1);
      }
      return units;
    },
  };
}

/** @param {() => Promise<unknown>} call @returns {Cell} */
function again(call) {
  return {
    answer: call,
    work: async times => {
      let last;
      for (let i = 0; i < times; i++) last = await call();
      return last;
    },
  };
}
