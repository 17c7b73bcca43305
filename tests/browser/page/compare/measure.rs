//! web/shared/measure.js in Node, with a fake clock, and the formatting of numbers.

use std::{collections::BTreeMap, process::Command};

use libtest_mimic::Failed;
use serde_json::{Value, json};

use crate::support::root;

/// Sides with given times: on a machine that becomes slow, beside one that fails, and until a stop.
pub fn in_node() -> Result<(), Failed> {
    let script = "
        import fs from 'node:fs';
        import { clock as clockWords } from './web/compare/conditions.js';
        import { number, numberOf, varint } from './web/shared/protobuf.js';
        import * as units from './web/compare/scale.js';
        import { estimate, measureRow, ratio, takesPart, taken } from './web/shared/measure.js';
        const plan = { rowMs: 600, least: 3, most: 41 };
        const run = async (works, signal = AbortSignal.any([]), tick = 0.1, its = plan) => {
          const found = { samples: [], calls: [], failed: [] };
          await measureRow(works, its, {
            signal,
            tick,
            now: () => clock,
            rest: async () => {},
            onSample: (i, samples, calls) => { found.samples[i] = samples; found.calls[i] = calls; },
            onFailure: (i, error) => { found.failed[i] = error.message; },
          }).catch(error => { found.stopped = error.name; });
          return found;
        };
        let clock = 0;
        // Given in ms per call; the machine becomes three times as slow in the middle of the row.
        const takes = ms => times => { clock += times * ms * (clock > 400 ? 3 : 1); };
        const drift = await run([takes(0.001), takes(0.002)]);

        // The first call is slow, and would make a batch of one seem long enough.
        clock = 0;
        let cold = 60;
        const lazy = await run([times => { clock += times * 0.01 + cold; cold = 0; }, takes(150)]);

        // An asynchronous side, with a thread that takes 20 ms to wake.
        clock = 0;
        const waits = await run([async times => { clock += 20 + times; }]);

        clock = 0;
        let calls = 0;
        const failing = await run([takes(1), () => { if (++calls > 2) throw new Error('gone'); clock += 200 }]);

        // Four equal sides in twenty rounds: records which side follows which.
        clock = 0;
        const came = [];
        const four = [0, 1, 2, 3].map(i => times => { clock += times; came.push(i); });
        await run(four, undefined, 0.1, { rowMs: 0, least: 20, most: 20 });
        const turns = came.slice(-80);
        const earlier = [0, 1, 2, 3].map(i =>
          new Set(turns.flatMap((who, at) => (at % 4 > 0 && who === i ? [turns[at - 1]] : []))).size);
        const everyRound = Array.from({ length: 20 }, (_, i) => new Set(turns.slice(4 * i, 4 * i + 4)).size).every(n => n === 4);

        // A clock as coarse as the most careful browser's.
        clock = 0;
        const coarse = await run([takes(0.01)], undefined, 100);
        const longest = coarse.calls[0] * 0.01;

        const cases = JSON.parse(fs.readFileSync('tests/data/units.json'));
        const unlike = [['time', units.duration], ['throughput', units.perSecond], ['ratio', units.times]]
          .flatMap(([name, write]) => cases[name].filter(([n, text]) => write(n) !== text))
          .concat(cases.spread.filter(([{ median, interval: [low, high], samples }, text]) =>
            units.spread({ median, low, high }, samples) !== text));

        clock = 0;
        const control = new AbortController();
        const stopped = await run([times => { clock += times; if (clock > 500) control.abort(); }], control.signal);

        console.log(JSON.stringify({
          intervals: [1, 5, 6, 9, 10, 20].map(n => {
            const { median, low, high } = estimate(Array.from({ length: n }, (_, i) => n - i));
            return [median, low, high];
          }),
          spread: [...Array(41).keys()].filter(round => takesPart(round, 5, 41)),
          drift: ratio(drift.samples[1], drift.samples[0]).median,
          slowed: Math.max(...taken(drift.samples[0])) / Math.min(...taken(drift.samples[0])),
          lazy: [lazy.calls[0] >= 1000, lazy.samples[0].length >= taken(lazy.samples[1]).length],
          slow: [lazy.calls[1], taken(lazy.samples[1]).length],
          waits: waits.calls[0] >= 32,
          failing: [failing.failed, taken(failing.samples[0]).length > 10],
          turns: [earlier, everyRound],
          coarse: [longest >= 200 && longest <= 400, clockWords(100), clockWords(0.1)],
          cases: [cases.time.length > 9, cases.spread.length > 4, unlike],
          varints: [varint(-1), varint(300), numberOf(Uint8Array.from(number(2, -7)), 2)],
          stopped: [stopped.stopped, taken(stopped.samples[0]).length > 2],
        }));";
    let node = Command::new("node")
        .args(["--input-type=module", "--eval", script])
        .current_dir(root())
        .output()?;
    if !node.status.success() {
        return Err(String::from_utf8_lossy(&node.stderr).into_owned().into());
    }
    let found: BTreeMap<String, Value> = serde_json::from_slice(&node.stdout)?;
    let ratio = found["drift"].as_f64().unwrap_or_default();
    let expected = [
        // The expected values are from tables of the sign test.
        (
            "intervals",
            json!([[1, 1, 1], [3, 1, 5], [3.5, 1, 6], [5, 2, 8], [5.5, 2, 9], [10.5, 6, 15]]),
        ),
        ("spread", json!([8, 16, 24, 32, 40])),
        ("lazy", json!([true, true])),
        ("slow", json!([1, 3])),
        ("waits", json!(true)),
        ("failing", json!([[null, "gone"], true])),
        ("turns", json!([[3, 3, 3, 3], true])),
        (
            "coarse",
            json!([
                true,
                "its clock ticks every 100 ms, which is too coarse: a sample takes about 200 ms, \
                 and may be off by 50 %.",
                "its clock ticks every 100 µs, and each sample takes 100 ticks or more.",
            ]),
        ),
        ("cases", json!([true, true, []])),
        // A negative number is one of 64 bits.
        ("varints", json!([[255, 255, 255, 255, 255, 255, 255, 255, 255, 1], [172, 2], -7])),
        ("stopped", json!(["AbortError", true])),
    ];
    for (what, value) in expected {
        if found[what] != value {
            return Err(format!("{what} is {}, not {value}", found[what]).into());
        }
    }
    if (ratio - 2.0).abs() > 0.01 || found["slowed"].as_f64() < Some(2.9) {
        return Err(format!("one takes twice as long as the other: {ratio} under drift").into());
    }
    Ok(())
}
