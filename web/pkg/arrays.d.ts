/* tslint:disable */
/* eslint-disable */

/**
 * Bytes that stay in linear memory.
 */
export class Samples {
  free(): void;
  [Symbol.dispose](): void;
  /**
   * A copy of the bytes, as an array that belongs to JavaScript.
   */
  copy(): Uint8Array;
  /**
   * The byte that Rust reads at `index`; `undefined` past the end.
   */
  get(index: number): number | undefined;
  /**
   * `new Samples(length)`, all 0.
   */
  constructor(length: number);
  /**
   * The address of the bytes. It is valid until `free()`, because this `Vec` never grows. After
   * that, the memory is used for other data, and a view shows that instead.
   */
  pointer(): number;
  /**
   * The number of bytes.
   */
  readonly length: number;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
  readonly memory: WebAssembly.Memory;
  readonly __wbg_samples_free: (a: number, b: number) => void;
  readonly samples_copy: (a: number) => any;
  readonly samples_get: (a: number, b: number) => number;
  readonly samples_length: (a: number) => number;
  readonly samples_new: (a: number) => number;
  readonly samples_pointer: (a: number) => number;
  readonly __wbindgen_externrefs: WebAssembly.Table;
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
