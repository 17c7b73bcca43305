/* tslint:disable */
/* eslint-disable */

/**
 * Counts the clicks on a target, until it is freed.
 */
export class ClickCounter {
  free(): void;
  [Symbol.dispose](): void;
  /**
   * Calls `show` with the count at each click.
   */
  constructor(target: EventTarget, show: Function);
}

/**
 * Calls `visit` with each value. Stops at its first exception, and passes it on.
 */
export function forEach(values: Float64Array | number[], visit: Function): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
  readonly memory: WebAssembly.Memory;
  readonly __wbg_clickcounter_free: (a: number, b: number) => void;
  readonly clickcounter_new: (a: any, b: any) => [number, number, number];
  readonly forEach: (a: number, b: number, c: any) => [number, number];
  readonly wasm_bindgen__convert__closures_____invoke__he1480fb87f1ff528: (a: number, b: number) => [number, number];
  readonly __wbindgen_exn_store: (a: number) => void;
  readonly __externref_table_alloc: () => number;
  readonly __wbindgen_externrefs: WebAssembly.Table;
  readonly __wbindgen_destroy_closure: (a: number, b: number) => void;
  readonly __externref_table_dealloc: (a: number) => void;
  readonly __wbindgen_malloc: (a: number, b: number) => number;
  readonly __wbindgen_free: (a: number, b: number, c: number) => void;
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
