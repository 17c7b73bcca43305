// @ts-check
// The rows and the columns of the comparison in this page: what `polyglot compare` measures
// natively (compare/operation.rs), with the same input; but two names take turns in `greet`.

/** @typedef {'add' | 'greet' | 'checksum-64b' | 'checksum-64kib' | 'checksum-16mib' | 'mandelbrot'} Id */

/** @typedef {{ id: Id, name: string, teaches: string, bytes?: number }} Operation */

/** @type {Operation[]} */
export const OPERATIONS = [
  { id: 'add', name: 'add', teaches: 'two numbers: the bare cost of a call' },
  { id: 'greet', name: 'greet', teaches: 'text, there and back' },
  { id: 'checksum-64b', name: 'checksum, 64 B', teaches: 'a few bytes', bytes: 64 },
  { id: 'checksum-64kib', name: 'checksum, 64 KiB', teaches: 'a file’s worth of bytes', bytes: 64 * 1024 },
  { id: 'checksum-16mib', name: 'checksum, 16 MiB', teaches: 'a photograph’s worth', bytes: 16 * 1024 * 1024 },
  { id: 'mandelbrot', name: 'mandelbrot, 512²', teaches: 'real work, and a picture of 1 MiB' },
];

/** @typedef {'js' | 'wasm' | 'bindgen' | 'simd' | 'worker' | 'grpc-rust' | 'grpc-c'} BoundaryId */

/**
 * @typedef {object} Boundary
 * @property {BoundaryId} id
 * @property {string} name
 * @property {string} technique
 * @property {{ id: Id, why: string }} [only] the one operation that it has
 */

/** The first is what the others are compared with. @type {Boundary[]} */
export const BOUNDARIES = [
  { id: 'js', name: 'JavaScript', technique: 'none' },
  { id: 'wasm', name: 'wasm, by hand', technique: 'wasm' },
  { id: 'bindgen', name: 'wasm-bindgen', technique: 'wasm' },
  { id: 'simd', name: 'wasm with SIMD', technique: 'wasm', only: { id: 'mandelbrot', why: 'it draws the picture only' } },
  { id: 'worker', name: 'wasm in a worker', technique: 'wasm' },
  { id: 'grpc-rust', name: 'gRPC-web → Rust', technique: 'grpc', only: { id: 'greet', why: 'it answers SayHello only' } },
  { id: 'grpc-c', name: 'gRPC-web → Rust → C', technique: 'grpc' },
];

/** Who is greeted, in turns, so that no loop can do it once for all of its calls. */
export const NAMES = ['Ferris', 'Gopher'];

/** How many numbers are added up to see that a side can add. */
export const SUMMANDS = 100;

/** The size of the picture, in pixels. */
export const SIZE = 512;

/** The whole set. @type {import('../shared/views.js').View} */
export const VIEW = { re: -0.75, im: 0, width: 3, iterations: 200 };

/** What is summed up. @param {number} length */
export function data(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (31 * i) % 251;
  return bytes;
}
