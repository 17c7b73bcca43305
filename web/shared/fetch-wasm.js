// @ts-check
// Fetches a module, and reports what is wrong with the response.

import { inTime } from './deadline.js';

/**
 * Files that were served with another type than application/wasm, and that type.
 * @type {Map<string, string>}
 */
export const wrongTypes = new Map();

/**
 * Fetches a module for wasm-bindgen's `init`. The browser can compile a Response while it downloads, but only if its type
 * is application/wasm; it compiles bytes of any type.
 * @param {string} path relative to the page
 * @returns {Promise<Response | ArrayBuffer>}
 */
export async function fetchWasm(path) {
  const response = await fetchFile(path);
  const type = response.headers.get('content-type') ?? 'a file without a type';
  if (type === 'application/wasm') return response;
  wrongTypes.set(path, type);
  return response.arrayBuffer();
}

/**
 * Fetches and compiles a module that has no generated JavaScript. The result can be posted to a worker.
 * @param {string} path relative to the page
 */
export const compile = async path => WebAssembly.compile(await fetchBytes(path));

/** The bytes of a file, if they come in time. @param {string} path relative to the page */
export const fetchBytes = path => inTime(fetchFile(path).then(response => response.arrayBuffer()));

/** @param {string} path */
async function fetchFile(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`${path}: the server answered ${response.status} ${response.statusText}`.trim());
  }
  return response;
}
