/* tslint:disable */
/* eslint-disable */
/**
 * The `ReadableStreamType` enum.
 *
 * *This API requires the following crate features to be activated: `ReadableStreamType`*
 */

export type ReadableStreamType = "bytes";

/**
 * A gRPC client for this page.
 *
 * Its methods reject with an `Error` whose `name` is "RpcError", whose `code` is the status in
 * gRPC's words (such as "INVALID_ARGUMENT"), and whose `message` is the server's. What the server
 * says beyond that is in `details`: a `google.rpc.Status`, as it was sent, or nothing.
 */
export class Client {
  free(): void;
  [Symbol.dispose](): void;
  /**
   * `crossing.Crossing/Mandelbrot`: calls `on_row(row, iterations)` for each row as it comes, and
   * awaits the promise that it may return. What `on_row` throws stops the drawing, and rejects the
   * promise.
   */
  mandelbrot(width: number, height: number, center_re: number, center_im: number, view_width: number, max_iterations: number, on_row: Function): Promise<void>;
  /**
   * `crossing.Crossing/MyCFunction`.
   */
  myCFunction(arg1: number, arg2: number): Promise<number>;
  /**
   * A client of the server at `base_url`, such as `location.origin`. It connects with each call.
   */
  constructor(base_url: string);
  /**
   * `hello.Greeter/SayHello`.
   */
  sayHello(name: string): Promise<string>;
  /**
   * `cellar.Thermometer/Watch`: calls `on_reading(celsius)` for each reading as it comes, and awaits
   * the promise that it may return. Until that is settled nothing is read, and once the connection's
   * buffers are full, the server waits as well.
   *
   * Rejects with DEADLINE_EXCEEDED when the stream has not ended after `deadline_ms`, even if the
   * server never looks at the deadline, and with CANCELLED when `signal` is aborted. Either way,
   * and when `on_reading` throws, the call is over for the server as well.
   */
  watch(count: number, interval_ms: number, deadline_ms: number, on_reading: Function, signal: AbortSignal): Promise<void>;
}

declare class IntoUnderlyingByteSource {
  private constructor();
  free(): void;
  [Symbol.dispose](): void;
  cancel(): void;
  pull(controller: ReadableByteStreamController): Promise<any>;
  start(controller: ReadableByteStreamController): void;
  readonly autoAllocateChunkSize: number;
  readonly type: ReadableStreamType;
}
export type { IntoUnderlyingByteSource };

declare class IntoUnderlyingSink {
  private constructor();
  free(): void;
  [Symbol.dispose](): void;
  abort(reason: any): Promise<any>;
  close(): Promise<any>;
  write(chunk: any): Promise<any>;
}
export type { IntoUnderlyingSink };

declare class IntoUnderlyingSource {
  private constructor();
  free(): void;
  [Symbol.dispose](): void;
  cancel(): void;
  pull(controller: ReadableStreamDefaultController): Promise<any>;
}
export type { IntoUnderlyingSource };

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
  readonly memory: WebAssembly.Memory;
  readonly __wbg_client_free: (a: number, b: number) => void;
  readonly __wbg_intounderlyingbytesource_free: (a: number, b: number) => void;
  readonly __wbg_intounderlyingsink_free: (a: number, b: number) => void;
  readonly __wbg_intounderlyingsource_free: (a: number, b: number) => void;
  readonly client_mandelbrot: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: any) => any;
  readonly client_myCFunction: (a: number, b: number, c: number) => any;
  readonly client_new: (a: number, b: number) => number;
  readonly client_sayHello: (a: number, b: number, c: number) => any;
  readonly client_watch: (a: number, b: number, c: number, d: number, e: any, f: any) => any;
  readonly intounderlyingbytesource_autoAllocateChunkSize: (a: number) => number;
  readonly intounderlyingbytesource_cancel: (a: number) => void;
  readonly intounderlyingbytesource_pull: (a: number, b: any) => any;
  readonly intounderlyingbytesource_start: (a: number, b: any) => void;
  readonly intounderlyingbytesource_type: (a: number) => number;
  readonly intounderlyingsink_abort: (a: number, b: any) => any;
  readonly intounderlyingsink_close: (a: number) => any;
  readonly intounderlyingsink_write: (a: number, b: any) => any;
  readonly intounderlyingsource_cancel: (a: number) => void;
  readonly intounderlyingsource_pull: (a: number, b: any) => any;
  readonly wasm_bindgen__convert__closures_____invoke__h189e87c8564fc8dc: (a: number, b: number, c: any, d: any) => void;
  readonly wasm_bindgen__convert__closures_____invoke__hdf0b76e6edd40071: (a: number, b: number, c: any) => [number, number];
  readonly wasm_bindgen__convert__closures_____invoke__h1896d9684710e1f7: (a: number, b: number, c: any) => void;
  readonly wasm_bindgen__convert__closures_____invoke__h2d9c7c3795cf8f11: (a: number, b: number) => void;
  readonly __wbindgen_malloc: (a: number, b: number) => number;
  readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
  readonly __wbindgen_free: (a: number, b: number, c: number) => void;
  readonly __wbindgen_exn_store: (a: number) => void;
  readonly __externref_table_alloc: () => number;
  readonly __wbindgen_externrefs: WebAssembly.Table;
  readonly __wbindgen_destroy_closure: (a: number, b: number) => void;
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
