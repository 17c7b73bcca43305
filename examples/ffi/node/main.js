// Fill, read and visit a series that Rust keeps, and see which calls Rust refuses.
//
// series.js makes this look like JavaScript, and says how to run it.
import assert from "node:assert/strict";
import { CELSIUS, PANIC, Series, UNKNOWN_UNIT, load } from "./series.js";

function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail("it did not throw");
}

const fixed = (values) => values.map((value) => value.toFixed(1)).join(" ");

const rust = load(process.argv[2]);
const series = new Series(rust, "cellar", CELSIUS);
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

  const refused = thrownBy(() => new Series(rust, "cellar", 99));
  assert.equal(refused.status, UNKNOWN_UNIT);
  console.log(`refused: ${refused.status}, ${refused.message}`);

  const cut = thrownBy(() => new Series(rust, "cel\0lar", CELSIUS));
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
