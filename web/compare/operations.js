// @ts-check
// The rows and the columns of the comparison on this page. The operations and their input are those that
// `polyglot compare` measures natively (compare/operation.rs), except that `greet` alternates between two names.

/** @typedef {'add' | 'greet' | 'checksum-64b' | 'checksum-64kib' | 'checksum-16mib' | 'mandelbrot'} Id */

/** @typedef {{ id: Id, name: string, teaches: string, bytes?: number }} Operation */

/** @type {Operation[]} */
export const OPERATIONS = [
  { id: 'add', name: 'add', teaches: 'two numbers: the bare cost of a call' },
  { id: 'greet', name: 'greet', teaches: 'text, in both directions' },
  { id: 'checksum-64b', name: 'checksum, 64 B', teaches: 'a few bytes', bytes: 64 },
  { id: 'checksum-64kib', name: 'checksum, 64 KiB', teaches: 'as many bytes as a small file', bytes: 64 * 1024 },
  { id: 'checksum-16mib', name: 'checksum, 16 MiB', teaches: 'as many bytes as a photograph', bytes: 16 * 1024 * 1024 },
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

/** The boundaries; the others are compared with the first. @type {Boundary[]} */
export const BOUNDARIES = [
  { id: 'js', name: 'JavaScript', technique: 'none' },
  { id: 'wasm', name: 'wasm, by hand', technique: 'wasm' },
  { id: 'bindgen', name: 'wasm-bindgen', technique: 'wasm' },
  { id: 'simd', name: 'wasm with SIMD', technique: 'wasm', only: { id: 'mandelbrot', why: 'it only draws the picture' } },
  { id: 'worker', name: 'wasm in a worker', technique: 'wasm' },
  { id: 'grpc-rust', name: 'gRPC-web → Rust', technique: 'grpc', only: { id: 'greet', why: 'it only answers SayHello' } },
  { id: 'grpc-c', name: 'gRPC-web → Rust → C', technique: 'grpc' },
];

/** The names to greet, in turns, so that a loop cannot compute one greeting for all of its calls. */
export const NAMES = ['Ferris', 'Gopher'];

/** The number of summands with which a side shows that it can add. */
export const SUMMANDS = 100;

/** The size of the picture, in pixels. */
export const SIZE = 512;

/** The whole set. @type {import('../shared/views.js').View} */
export const VIEW = { re: -0.75, im: 0, width: 3, iterations: 200 };

/** The bytes to compute a checksum of. @param {number} length */
export function data(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (31 * i) % 251;
  return bytes;
}
