// @ts-check
// The article's lines. A module that imports nothing needs no glue, and speaks in numbers only.

/** @returns {Promise<WebAssembly.ExportValue>} a function of two i32 */
export const loadAdd = () =>
  fetch('pkg/add.wasm')
    .then(response => response.arrayBuffer())
    .then(bytes => WebAssembly.instantiate(bytes))
    .then(results => {
      const add = results.instance.exports.add;
      return add;
    });
