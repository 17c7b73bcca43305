// Call Rust from Node.js, with koffi: a class that closes, throws, and takes functions.
//
// Why you would: you want to call a library that exists, without writing an addon for it.
//
//   cargo rustc -p ffi-demo --lib --crate-type cdylib
//   npm --prefix examples/ffi/node ci
//   node examples/ffi/node/main.js target/debug/libffi_demo.so
//
// The library is libffi_demo.dylib on macOS and ffi_demo.dll on Windows.
import { resolve } from "node:path";
import koffi from "koffi";

export const CELSIUS = 1;
export const [OK, UNKNOWN_UNIT, PANIC] = [0, 3, 9];

koffi.pointer("Handle", koffi.opaque());
const Sample = koffi.struct("pgr_sample", { time_ms: "int64_t", value: "double" });
koffi.proto("int pgr_visit(const pgr_sample *sample, void *user_data)");

/**
 * The library's functions. koffi knows types by name, and refuses a name that it has: call this
 * once.
 *
 * @param {string} path
 */
export function load(path) {
  const library = koffi.load(resolve(path));
  // Declared as "char *", koffi would copy the text and forget the pointer that has to be freed.
  // This type copies, then frees with the allocator that made it.
  koffi.disposable("OwnedString", "str", library.func("void pgr_string_free(void *string)"));
  return {
    lastStatus: library.func("int pgr_last_status()"),
    lastError: library.func("size_t pgr_last_error(_Out_ uint8_t *out, size_t out_size)"),
    liveCount: library.func("size_t pgr_live_count()"),
    create: library.func("Handle pgr_series_new(const char *name, int32_t unit)"),
    free: library.func("void pgr_series_free(Handle series)"),
    name: library.func("const char *pgr_series_name(Handle series)"),
    extend: library.func(
      "int pgr_series_extend(Handle series, const pgr_sample *samples, size_t count)",
    ),
    values: library.func(
      "int pgr_series_values(Handle series, _Out_ double *out, size_t length, _Out_ size_t *count)",
    ),
    each: library.func("int pgr_series_each(Handle series, pgr_visit *visit, void *user_data)"),
    clamp: library.func("int pgr_series_clamp(Handle series, double lowest, double highest)"),
    describe: library.func("OwnedString pgr_series_describe(Handle series)"),
  };
}

/** A failure of the library. Rust's panics are reported in the same way. */
export class SeriesError extends Error {
  // The library keeps the last failure for each thread, and these calls run on this one: koffi's
  // `.async` would run them on another.
  constructor(rust) {
    const text = Buffer.alloc(rust.lastError(null, 0));
    rust.lastError(text, text.length);
    super(text.toString("utf8", 0, text.length - 1));
    this.status = rust.lastStatus();
  }
}

/**
 * A C string ends at its first NUL: koffi would pass all of it, and Rust would see only a part.
 *
 * @param {string} text
 */
function cString(text) {
  const end = Buffer.from(text).indexOf(0);
  if (end >= 0) throw new RangeError(`a C string would end at byte ${end}`);
  return text;
}

/** Measurements in the order they were taken. */
export class Series {
  #rust;
  #handle;

  constructor(rust, name, unit) {
    this.#rust = rust;
    this.#handle = this.#notNull(rust.create(cString(name), unit));
  }

  /** The garbage collector does not know about Rust's memory. */
  close() {
    this.#rust.free(this.#handle);
    this.#handle = null; // later calls pass NULL, which the library reports as an error
  }

  get name() {
    return this.#notNull(this.#rust.name(this.#handle));
  }

  extend(samples) {
    this.#check(this.#rust.extend(this.#handle, samples, samples.length));
  }

  values() {
    const count = [0];
    this.#rust.values(this.#handle, null, 0, count);
    const values = new Float64Array(count[0]);
    this.#check(this.#rust.values(this.#handle, values, values.length, count));
    return [...values];
  }

  /**
   * An exception may not pass through Rust, so it waits here. koffi would keep it too, but return 0
   * to Rust, which means "continue".
   */
  each(visit) {
    const thrown = [];
    const trampoline = (sample) => {
      try {
        visit(koffi.decode(sample, Sample));
        return 0;
      } catch (error) {
        thrown.push(error);
        return 1;
      }
    };
    const status = this.#rust.each(this.#handle, trampoline, null);
    if (thrown.length > 0) throw thrown[0];
    this.#check(status);
  }

  describe() {
    return this.#notNull(this.#rust.describe(this.#handle));
  }

  clamp(lowest, highest) {
    this.#check(this.#rust.clamp(this.#handle, lowest, highest));
  }

  #check(status) {
    if (status !== OK) throw new SeriesError(this.#rust);
  }

  #notNull(pointer) {
    if (pointer === null) throw new SeriesError(this.#rust);
    return pointer;
  }
}
