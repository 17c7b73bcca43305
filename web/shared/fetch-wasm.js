// @ts-check
// Fetches a module, and tells apart what can be wrong with the answer.

/**
 * Files that came as something other than application/wasm, and as what.
 * @type {Map<string, string>}
 */
export const wrongTypes = new Map();

/**
 * For wasm-bindgen's `init`. A Response lets the browser compile while it downloads, but only as application/wasm; bytes
 * compile whatever their type.
 * @param {string} path relative to the page
 * @returns {Promise<Response | ArrayBuffer>}
 */
export async function fetchWasm(path) {
  const response = await fetchFile(path);
  const type = response.headers.get('content-type') ?? 'nothing in particular';
  if (type === 'application/wasm') return response;
  wrongTypes.set(path, type);
  return response.arrayBuffer();
}

/**
 * A module that nothing is generated for, compiled; it can be posted to a worker.
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
