/* tslint:disable */
/* eslint-disable */

/**
 * Measurements in the order they were taken.
 */
export class Series {
  free(): void;
  [Symbol.dispose](): void;
  /**
   * `series.forEach(value => …)`: borrows the series until it returns. Inside, `mean()` may be called
   * and `push()` throws; so would every method if this one took `&mut self`.
   */
  forEach(visit: Function): void;
  /**
   * `series.mean()`: `None` is `undefined` to JavaScript.
   */
  mean(): number | undefined;
  /**
   * `new Series('cellar')`
   */
  constructor(name: string);
  /**
   * `series.push(21.5)`
   */
  push(value: number): void;
  /**
   * `series.name`, copied at each read.
   */
  readonly name: string;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
  readonly memory: WebAssembly.Memory;
  readonly __wbg_series_free: (a: number, b: number) => void;
  readonly series_forEach: (a: number, b: any) => [number, number];
  readonly series_mean: (a: number) => [number, number];
  readonly series_name: (a: number) => [number, number];
  readonly series_new: (a: number, b: number) => number;
  readonly series_push: (a: number, b: number) => void;
  readonly __wbindgen_exn_store: (a: number) => void;
  readonly __externref_table_alloc: () => number;
  readonly __wbindgen_externrefs: WebAssembly.Table;
  readonly __externref_table_dealloc: (a: number) => void;
  readonly __wbindgen_free: (a: number, b: number, c: number) => void;
  readonly __wbindgen_malloc: (a: number, b: number) => number;
  readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
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
