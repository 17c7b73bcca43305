// The guest of examples/wasm/guests/component.rs, in JavaScript.
//
// Why you would: a host in Rust takes plug-ins from people who do not write Rust, and still
// checks their types.
//
//   npm --prefix examples/wasm/component install
//   npm --prefix examples/wasm/component run guest
//   cargo run --example wasm_component --features component -- examples/wasm/component/series.wasm
//
// The component contains QuickJS, which runs this file. It imports the journal and nothing else: no
// file, no clock, no network.
import journal from "polyglot:series/journal";

const UNITS = { none: "", celsius: " in °C", percent: " in %", hectopascal: " in hPa" };

// The class of the resource `series`, named as JavaScript names classes.
class Series {
  #name;
  #unit;
  #samples = [];

  constructor(name, unit) {
    this.#name = name;
    this.#unit = unit;
  }

  push(sample) {
    const last = this.#samples.at(-1);
    if (last && sample.timeMs < last.timeMs) {
      journal.write(`${this.#name}: refused ${sample.timeMs} ms`);
      // The error of a `result` is thrown. Anything else that is thrown is a trap.
      throw { tag: "out-of-order", val: last };
    }
    this.#samples.push(sample);
  }

  samples() {
    return this.#samples;
  }

  mean() {
    if (this.#samples.length === 0) throw { tag: "no-samples" };
    const sum = this.#samples.reduce((sum, { value }) => sum + value, 0);
    return sum / this.#samples.length;
  }

  describe() {
    return `${this.#name}: ${this.#samples.length} samples${UNITS[this.#unit]}`;
  }
}

export const measurements = { Series };
