/* tslint:disable */
/* eslint-disable */

/**
 * The byte at `address`.
 */
export function byteAt(address: number): number;

/**
 * The element at `index` of an array of three.
 */
export function element(index: number): number;

/**
 * Keeps `size` bytes forever, as a leak does; throws an `Error` when there is no room for them.
 */
export function keep(size: number): void;

/**
 * Has every panic call `report` with its message, before the module stops.
 */
export function reportPanics(report: Function): void;

/**
 * Never returns.
 */
export function spin(): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
  readonly memory: WebAssembly.Memory;
  readonly byteAt: (a: number) => number;
  readonly element: (a: number) => number;
  readonly keep: (a: number) => [number, number];
  readonly reportPanics: (a: any) => void;
  readonly spin: () => void;
  readonly __wbindgen_exn_store: (a: number) => void;
  readonly __externref_table_alloc: () => number;
  readonly __wbindgen_externrefs: WebAssembly.Table;
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
