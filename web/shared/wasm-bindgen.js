// @ts-check
// Rust through wasm-bindgen: an import of this module waits until its functions can be called.

import init, { add, greet, mandelbrotRow } from '../pkg/wasm_demo.js';
import { fetchWasm } from './fetch-wasm.js';

await init({ module_or_path: fetchWasm('pkg/wasm_demo_bg.wasm') });

export { add, greet, mandelbrotRow };
export { checksum } from '../pkg/wasm_demo.js';
