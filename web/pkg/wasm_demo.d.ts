/* tslint:disable */
/* eslint-disable */

/**
 * `add(a, b)`: adds two 32-bit integers, wrapping at the type's edges.
 */
export function add(a: number, b: number): number;

/**
 * `checksum(bytes)`: the CRC-32C of a `Uint8Array`, which is copied into linear memory.
 */
export function checksum(data: Uint8Array | number[]): number;

/**
 * `greet(name)`: "Hello, NAME!". The string is copied in as UTF-8, and the answer copied out.
 */
export function greet(name: string): string;

/**
 * `mandelbrotRow(…)`: the iterations per pixel of one row, as a `Uint32Array`; throws an `Error`
 * when the picture cannot be drawn.
 */
export function mandelbrotRow(width: number, height: number, center_re: number, center_im: number, view_width: number, max_iterations: number, row: number): Uint32Array;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
  readonly memory: WebAssembly.Memory;
  readonly add: (a: number, b: number) => number;
  readonly checksum: (a: number, b: number) => number;
  readonly greet: (a: number, b: number) => [number, number];
  readonly mandelbrotRow: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => [number, number, number, number];
  readonly __wbindgen_externrefs: WebAssembly.Table;
  readonly __wbindgen_malloc: (a: number, b: number) => number;
  readonly __wbindgen_free: (a: number, b: number, c: number) => void;
  readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
  readonly __externref_table_dealloc: (a: number) => void;
  readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
* Instantiates the given `module`, which can either be bytes or
* a precompiled `WebAssembly.Module`.
*
* @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
*
* @returns {InitOutput}
*/
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
* If `module_or_path` is {RequestInfo} or {URL}, makes a request and
* for everything else, calls `WebAssembly.instantiate` directly.
*
* @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
*
* @returns {Promise<InitOutput>}
*/
export default function __wbg_init (module_or_path: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
