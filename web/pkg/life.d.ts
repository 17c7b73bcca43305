/* tslint:disable */
/* eslint-disable */

/**
 * The game, and its picture.
 */
export class Life {
  private constructor();
  free(): void;
  [Symbol.dispose](): void;
  /**
   * Colours the pixels, and returns their address in linear memory: `size * size` pixels of four
   * bytes, row by row from the top.
   */
  draw(): number;
  /**
   * A glider gun on an empty board, until its gliders come back around the edges.
   */
  static gliderGun(): Life;
  /**
   * A board with a third of the cells alive; the same seed gives the same board.
   */
  static random(seed: number): Life;
  /**
   * Advances by one generation.
   */
  step(): void;
  /**
   * The number of living cells.
   */
  readonly population: number;
  /**
   * Cells in each direction.
   */
  readonly size: number;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
  readonly memory: WebAssembly.Memory;
  readonly __wbg_life_free: (a: number, b: number) => void;
  readonly life_draw: (a: number) => number;
  readonly life_gliderGun: () => number;
  readonly life_population: (a: number) => number;
  readonly life_random: (a: number) => number;
  readonly life_size: (a: number) => number;
  readonly life_step: (a: number) => void;
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
