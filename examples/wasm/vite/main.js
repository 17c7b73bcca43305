// Use a module that wasm-bindgen made in a page that a bundler builds.
//
// Why you would: you already build your page with Vite or webpack, and part of it should be Rust.
//
//   npm --prefix examples/wasm/vite install --ignore-scripts
//   npm --prefix examples/wasm/vite run build
//
// The page is then in examples/wasm/vite/dist, for any file server.

import init, { Series } from '../../../web/pkg/class.js';

// The bundler sees this path, copies the file to its output, and puts the new path in its place. A
// path in a variable or in a plain string would not change, and the file would not be there.
await init({ module_or_path: new URL('../../../web/pkg/class_bg.wasm', import.meta.url) });

const name = /** @type {HTMLElement} */ (document.querySelector('#name'));
name.textContent = new Series('cellar').name;
