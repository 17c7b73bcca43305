// @ts-check
// One run of the comparison: opens the sides, checks that their answers agree, and measures how long each takes.

import { breathe, clockTick, estimate, measureRow, ratio, taken } from '../shared/measure.js';
import { Marked } from '../shared/dom.js';
import { fetchTrouble, wasmTrouble } from '../trouble.js';
import { conditions } from './conditions.js';
import { BOUNDARIES } from './operations.js';
import { openSides, same } from './sides.js';

/** @typedef {import('./operations.js').Operation} Operation */
/** @typedef {import('./table.js').Line} Line */
/** @typedef {import('../shared/measure.js').Samples} Samples */

/**
 * @param {{ operation: Operation, lines: Line[] }[]} rows
 * @param {import('../shared/measure.js').Plan} plan
 * @param {boolean} served
 * @param {AbortSignal} stop ends the run, and keeps the results so far
 * @param {(name: string, done: number) => void} onRow
 * @returns {Promise<{ wrong: number, sentence: string, conditions: import('../shared/dom.js').Marked }>}
 */
export async function run(rows, plan, served, stop, onRow) {
  const start = performance.now();
  const tick = clockTick();
  let wrong = 0;
  let compared = 0;
  // Do not use `stop` for this: a worker that has ended never answers the current call.
  const end = new AbortController();
  try {
    const sides = await openSides(served, stop, end.signal);
    for (const [index, { operation, lines }] of rows.entries()) {
      stop.throwIfAborted();
      onRow(operation.name, index / rows.length);
      const cells = await agreeing(operation, lines, sides, stop);
      const refused = lines.filter(({ row }) => row.dataset.state === 'error').length;
      wrong += refused;
      // The first side is not compared with itself.
      compared += Math.max(cells.length + refused - 1, 0);
      if (cells.length > 0) await measure(operation, cells, plan, tick, stop);
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    end.abort();
  }
  for (const { lines } of rows) {
    for (const line of lines) {
      const { state } = line.row.dataset;
      if (state === 'loading' && line.median) line.state = 'done';
      else if (state === 'loading' || state === 'waiting') line.lack('absent', 'not measured: stopped');
    }
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  const close = stop.aborted ? `Stopped after ${seconds} s; the results so far are kept.` : `Done in ${seconds} s.`;
  return {
    wrong,
    sentence: `${close} ${verdict(compared, wrong)}`,
    conditions: conditions(tick),
  };
}

/** @param {number} compared answers @param {number} wrong of them */
function verdict(compared, wrong) {
  if (wrong > 0) return `Wrong answers, which were not timed: ${wrong}.`;
  return compared > 0 ? 'Every answer was right.' : 'Fewer than two sides answered, so there was nothing to compare.';
}

/**
 * Returns the sides whose answer is the same as the first side's.
 * @param {Operation} operation
 * @param {Line[]} lines
 * @param {(import('./sides.js').Side | Marked)[]} sides
 * @param {AbortSignal} stop
 */
async function agreeing({ id }, lines, sides, stop) {
  const cells = [];
  /** @type {{ is: unknown, of: string } | undefined} */
  let right;
  for (const [index, line] of lines.entries()) {
    const side = sides[index];
    const { name, only } = BOUNDARIES[index];
    const cell = side instanceof Marked ? undefined : side[id];
    if (!cell) {
      line.lack('absent', only && only.id !== id ? only.why : /** @type {Marked} */ (side));
      continue;
    }
    line.state = 'loading';
    try {
      const answer = await cell.answer();
      stop.throwIfAborted();
      right ??= { is: answer, of: name };
      if (same(answer, right.is)) cells.push({ line, index, work: cell.work });
      else line.lack('error', `wrong, so not timed: ${brief(answer)} instead of ${right.of}’s ${brief(right.is)}`);
    } catch (error) {
      stop.throwIfAborted();
      line.lack('absent', sentence(index, error));
    }
  }
  return cells;
}

/**
 * @param {Operation} operation
 * @param {{ line: Line, index: number, work: import('../shared/measure.js').Work }[]} cells
 * @param {import('../shared/measure.js').Plan} plan
 * @param {number} tick
 * @param {AbortSignal} signal
 */
async function measure({ bytes }, cells, plan, tick, signal) {
  /** @type {Samples[]} */
  const all = [];
  const shown = new Shown();
  await measureRow(cells.map(({ work }) => work), plan, {
    signal,
    tick,
    rest: () => shown.rest(),
    onSample(index, samples, calls) {
      all[index] = samples;
      shown.change(cells[index].line, () => {
        const values = taken(samples);
        const time = estimate(values);
        cells[index].line.show({
          estimate: time,
          // The ratio is to JavaScript, even if other sides have samples before it does.
          ratio: cells[0].index === 0 && all[0] ? ratio(samples, all[0])?.median : undefined,
          bytesPerSecond: bytes && (1e9 * bytes) / time.median,
          samples: values.length,
          calls,
        });
      });
    },
    onFailure(index, error) {
      shown.change(cells[index].line, () => cells[index].line.lack('absent', sentence(cells[index].index, error)));
    },
  }).finally(() => shown.now());
  for (const { line } of cells) if (line.median) line.state = 'done';
}

/** The time after which the page shows new results, in ms. */
const EVERY = 300;
/** The time that it waits for a frame, in ms; a hidden page does not get one. */
const NO_FRAME = 100;

/**
 * Pending changes, by line. A change makes the browser draw a frame, and a message that arrives meanwhile
 * has to wait. So the page makes few changes, and starts the next batch after the frame.
 */
class Shown {
  /** @type {Map<Line, () => void>} */
  #changes = new Map();
  #last = performance.now();

  /** @param {Line} line @param {() => void} show */
  change(line, show) {
    this.#changes.set(line, show);
  }

  now() {
    for (const show of this.#changes.values()) show();
    this.#changes.clear();
    this.#last = performance.now();
  }

  async rest() {
    if (this.#changes.size > 0 && performance.now() - this.#last > EVERY) {
      this.now();
      const frame = new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
      await Promise.race([frame, new Promise(resolve => setTimeout(resolve, NO_FRAME))]);
    }
    await breathe();
  }
}

/** @param {number} index of the boundary @param {unknown} error */
function sentence(index, error) {
  return BOUNDARIES[index].technique === 'grpc' ? fetchTrouble(error).sentence : wasmTrouble(error);
}

/** @param {unknown} answer */
function brief(answer) {
  if (answer instanceof Uint32Array) return `a picture of ${answer.length} pixels`;
  return typeof answer === 'string' ? JSON.stringify(answer) : String(answer);
}
