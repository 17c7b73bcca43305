// Call Rust from Node.js, with koffi.
//
// Why you would: you want to call a library that exists, without writing an addon for it.
//
//   cargo rustc -p ffi-demo --lib --crate-type cdylib
//   npm --prefix examples/ffi/node ci
//   node examples/ffi/node/series.js target/debug/libffi_demo.so
//
// The library is libffi_demo.dylib on macOS and ffi_demo.dll on Windows.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import koffi from "koffi";

const CELSIUS = 1;
const [OK, UNKNOWN_UNIT, PANIC] = [0, 3, 9];

const library = koffi.load(resolve(process.argv[2]));
const Handle = koffi.pointer("Handle", koffi.opaque());
const Sample = koffi.struct("pgr_sample", { time_ms: "int64_t", value: "double" });
koffi.proto("int pgr_visit(const pgr_sample *sample, void *user_data)");

// Declared as "char *", koffi would copy the text and forget the pointer that has to be freed. This
// type copies, then frees with the allocator that made it.
const freeString = library.func("void pgr_string_free(void *string)");
koffi.disposable("OwnedString", "str", freeString);

const rust = {
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

/** A failure of the library. Rust's panics are reported in the same way. */
class SeriesError extends Error {
  // The library keeps the last failure for each thread, and these calls run on this one: koffi's
  // `.async` would run them on another.
  constructor() {
    const text = Buffer.alloc(rust.lastError(null, 0));
    rust.lastError(text, text.length);
    super(text.toString("utf8", 0, text.length - 1));
    this.status = rust.lastStatus();
  }
}

function check(status) {
  if (status !== OK) throw new SeriesError();
}

function notNull(pointer) {
  if (pointer === null) throw new SeriesError();
  return pointer;
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

class Series {
  #handle;

  constructor(name, unit) {
    this.#handle = notNull(rust.create(cString(name), unit));
  }

  /** The garbage collector does not know about Rust's memory. */
  close() {
    rust.free(this.#handle);
    this.#handle = null; // later calls pass NULL, which the library reports as an error
  }

  get name() {
    return notNull(rust.name(this.#handle));
  }

  extend(samples) {
    check(rust.extend(this.#handle, samples, samples.length));
  }

  values() {
    const count = [0];
    rust.values(this.#handle, null, 0, count);
    const values = new Float64Array(count[0]);
    check(rust.values(this.#handle, values, values.length, count));
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
    const status = rust.each(this.#handle, trampoline, null);
    if (thrown.length > 0) throw thrown[0];
    check(status);
  }

  describe() {
    return notNull(rust.describe(this.#handle));
  }

  clamp(lowest, highest) {
    check(rust.clamp(this.#handle, lowest, highest));
  }
}

function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail("it did not throw");
}

const fixed = (values) => values.map((value) => value.toFixed(1)).join(" ");

const series = new Series("cellar", CELSIUS);
try {
  assert.equal(series.name, "cellar");
  console.log("name:", series.name);

  series.extend([11.5, 12, 11, 13.5].map((value, index) => ({ time_ms: index * 1000, value })));
  assert.deepEqual(series.values(), [11.5, 12, 11, 13.5]);
  console.log("values:", fixed(series.values()));

  const visited = [];
  const tooCold = thrownBy(() =>
    series.each(({ value }) => {
      if (value < 11.5) throw new RangeError(`${value.toFixed(1)} is too cold`);
      visited.push(value);
    }),
  );
  assert.ok(tooCold instanceof RangeError);
  console.log(`visited: ${fixed(visited)}, stopped by: ${tooCold.message}`);

  console.log("described:", series.describe());

  const refused = thrownBy(() => new Series("cellar", 99));
  assert.equal(refused.status, UNKNOWN_UNIT);
  console.log(`refused: ${refused.status}, ${refused.message}`);

  const cut = thrownBy(() => new Series("cel\0lar", CELSIUS));
  assert.ok(cut instanceof RangeError);
  console.log(`with a NUL: refused, ${cut.message}`);

  const panicked = thrownBy(() => series.clamp(30, 0));
  assert.equal(panicked.status, PANIC);
  console.log(`panicked: ${panicked.status}, ${panicked.message}`);

  assert.equal(series.values().length, 4);
  console.log("still there:", series.values().length, "values");
} finally {
  series.close();
}
assert.equal(rust.liveCount(), 0);
console.log("not freed:", rust.liveCount());
