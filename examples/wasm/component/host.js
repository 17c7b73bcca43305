// Run a component in Node.js: examples/wasm/component.rs in JavaScript.
//
// Why you would: a library in Rust gets an interface with types for JavaScript too, and you do not
// write the glue. The code that jco generates also runs in browsers.
//
//   npm --prefix examples/wasm/component install
//   npm --prefix examples/wasm/component start
//   npm --prefix examples/wasm/component run types
//
// The last one checks this file against the generated types.
import assert from "node:assert/strict";
import { measurements } from "./generated/recorder.js";
import * as journal from "./journal.js";

/**
 * @param {() => unknown} action
 * @returns {any}
 */
function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail("it did not throw");
}

const cellar = new measurements.Series("cellar", "celsius");
// An s64 is a bigint, because a number holds only 53 bits.
const samples = [
  { timeMs: 1000n, value: 11.5 },
  { timeMs: 2000n, value: 11.0 },
  { timeMs: 4000n, value: 13.5 },
];
for (const sample of samples) cellar.push(sample);
assert.deepEqual(cellar.samples(), samples);
console.log("described:", cellar.describe());
assert.equal(cellar.describe(), "cellar: 3 samples in °C");
assert.equal(cellar.mean(), 12);

const refused = thrownBy(() => cellar.push(samples[0]));
console.log("refused:  ", refused.payload);
assert.deepEqual(refused.payload, { tag: "out-of-order", val: samples[2] });
assert.deepEqual(journal.lines, ["cellar: refused 1000 ms"]);

// @ts-expect-error: `npm run types` reports this. Without it, the call throws.
const unknown = thrownBy(() => new measurements.Series("attic", "furlong"));
console.log("unknown:  ", unknown.message);
assert.ok(unknown instanceof TypeError);

// Without this, the object is freed when the garbage collector finds its handle, or never.
cellar[Symbol.dispose]();
assert.deepEqual(journal.lines.slice(1), ["cellar: freed"]);
const dropped = thrownBy(() => cellar.describe());
console.log("dropped:  ", dropped.message);
assert.ok(dropped instanceof TypeError);
