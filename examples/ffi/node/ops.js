// @ts-check
// Call Rust's plain functions from Node.js with koffi, and time the calls.
//
// Why you would: you learn what a call costs before your program makes millions of them.
//
//   cargo rustc -p wasm-demo --lib --crate-type cdylib --features exports
//   npm --prefix examples/ffi/node ci
//   echo answer greet Ferris | node examples/ffi/node/ops.js target/debug/libwasm_demo.so
//   echo time 1000000 add    | node examples/ffi/node/ops.js target/debug/libwasm_demo.so
//
// The library is libwasm_demo.dylib on macOS and wasm_demo.dll on Windows. `polyglot compare` sends
// the same lines, which compare/boundaries/program.rs lists.
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import koffi from "koffi";

const [OK, BUFFER_TOO_SMALL] = [0, 2];

const library = koffi.load(resolve(process.argv[2]));
koffi.struct("pgo_view", { center_re: "double", center_im: "double", width: "double" });

const add = library.func("int32_t pgo_add(int32_t a, int32_t b)");
const rawGreet = library.func(
  "int pgo_greet(const char *name, _Out_ uint8_t *out, size_t out_size, _Out_ size_t *needed)",
);
// A Buffer is borrowed for the call, not copied.
const checksum = library.func("uint32_t pgo_checksum(const uint8_t *data, size_t length)");
const mandelbrot = library.func(
  "int pgo_mandelbrot(uint32_t width, uint32_t height, pgo_view view, uint32_t max_iterations," +
    " _Out_ uint32_t *out, size_t out_length)",
);

/**
 * @param {number} status
 * @param {number} [expected]
 */
function check(status, expected = OK) {
  if (status !== expected) throw new Error(`the library says ${status}, and not ${expected}`);
}

/**
 * Asks for the size, and then for the text. Both strings are copies: JavaScript's are UTF-16. C
 * would read a name with a NUL inside only up to that NUL.
 *
 * @param {string} name
 */
function greet(name) {
  if (name.includes("\0")) throw new RangeError("the name has a NUL: a C string would end there");
  const needed = [0];
  check(rawGreet(name, null, 0, needed), BUFFER_TOO_SMALL);
  const out = Buffer.alloc(needed[0]);
  check(rawGreet(name, out, out.length, needed));
  return out.toString("utf8", 0, out.length - 1);
}

/**
 * Returns a function that draws a new picture on each call.
 *
 * @param {string[]} input
 */
function picture(input) {
  const [width, height, center_re, center_im, viewWidth, maxIterations] = input.map(Number);
  const view = { center_re, center_im, width: viewWidth };
  return () => {
    const pixels = new Uint32Array(width * height);
    check(mandelbrot(width, height, view, maxIterations, pixels, pixels.length));
    return pixels;
  };
}

/** @param {number} length */
function dataOf(length) {
  // One period of the pattern; alloc repeats it.
  return Buffer.alloc(length, Uint8Array.from({ length: 251 }, (_, i) => (i * 31) % 251));
}

/** @type {Record<string, (input: string[]) => number | string>} */
const answer = {
  add([summands]) {
    let sum = 0;
    for (let number = 0; number < Number(summands); number++) sum = add(sum, number);
    return sum;
  },
  greet: (name) => greet(name.join(" ")),
  checksum([length]) {
    const data = dataOf(Number(length));
    return checksum(data, data.length);
  },
  mandelbrot: (input) => picture(input)().join(" "),
};

const now = process.hrtime.bigint;

/**
 * Nanoseconds for the calls. Only the loop is timed.
 *
 * @type {Record<string, (calls: number, input: string[]) => bigint>}
 */
const time = {
  add(calls) {
    let sum = 0;
    const start = now();
    for (let number = 0; number < calls; number++) sum = add(sum, number);
    return now() - start;
  },
  greet(calls, input) {
    const name = input.join(" ");
    const start = now();
    for (let call = 0; call < calls; call++) greet(name);
    return now() - start;
  },
  checksum(calls, [length]) {
    const data = dataOf(Number(length));
    const start = now();
    for (let call = 0; call < calls; call++) checksum(data, data.length);
    return now() - start;
  },
  mandelbrot(calls, input) {
    const draw = picture(input);
    const start = now();
    for (let call = 0; call < calls; call++) draw();
    return now() - start;
  },
};

/**
 * Like `time`, after a few calls that are not counted.
 *
 * @param {string} operation
 * @param {number} calls
 * @param {string[]} input
 */
function timeAwake(operation, calls, input) {
  if (calls > 1) time[operation](Math.ceil(calls / 10), input);
  return time[operation](calls, input);
}

// The program ends when its input does.
for await (const line of createInterface({ input: process.stdin })) {
  const [request, ...words] = line.split(" ").filter((word) => word !== "");
  if (request === "answer") {
    const [operation, ...input] = words;
    console.log(String(answer[operation](input)));
  } else if (request === "time") {
    const [calls, operation, ...input] = words;
    console.log(String(timeAwake(operation, Number(calls), input)));
  } else {
    throw new Error(`no request: ${line}`);
  }
}
