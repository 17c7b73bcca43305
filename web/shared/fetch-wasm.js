// @ts-check
// Fetches a module, and reports what is wrong with the response.

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
export async function compile(path) {
  const response = await fetchFile(path);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** @param {string} path */
async function fetchFile(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`${path}: the server answered ${response.status} ${response.statusText}`.trim());
  }
  return response;
}
