// @ts-check
// One run of the comparison: who is here, whether all say the same, and how long each takes.

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
 * @param {AbortSignal} stop leaves what is done
 * @param {(name: string, done: number) => void} onRow
 * @returns {Promise<{ wrong: number, sentence: string, conditions: import('../shared/dom.js').Marked }>}
 */
export async function run(rows, plan, served, stop, onRow) {
  const start = performance.now();
  const tick = clockTick();
  let wrong = 0;
  let compared = 0;
  // Not with `stop`: a worker that is gone never answers the call that is under way.
  const end = new AbortController();
  try {
    const sides = await openSides(served, stop, end.signal);
    for (const [index, { operation, lines }] of rows.entries()) {
      stop.throwIfAborted();
      onRow(operation.name, index / rows.length);
      const cells = await agreeing(operation, lines, sides, stop);
      const refused = lines.filter(({ row }) => row.dataset.state === 'error').length;
      wrong += refused;
      // The first is what the others are compared with.
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
  const close = stop.aborted ? `Stopped after ${seconds} s; what was measured stands.` : `Done in ${seconds} s.`;
  return {
    wrong,
    sentence: `${close} ${verdict(compared, wrong)}`,
    conditions: conditions(tick),
  };
}

/** @param {number} compared answers @param {number} wrong of them */
function verdict(compared, wrong) {
  if (wrong > 0) return `Answers that were wrong, and so not timed: ${wrong}.`;
  return compared > 0 ? 'Every answer was right.' : 'There were no two answers to compare.';
}

/**
 * Those who say what the first of them says.
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
      else line.lack('error', `wrong, so not timed: ${brief(answer)} is not ${right.of}’s ${brief(right.is)}`);
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
          // To JavaScript, even where others are here before it.
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

/** How often the page shows what is new, in ms. */
const EVERY = 300;
/** How long it waits for a frame; a page that nobody sees has none. */
const NO_FRAME = 100;

/**
 * What is to be shown, by line. A change makes the browser draw a frame, and a message that comes
 * meanwhile waits for it: so changes are few, and the next batch starts behind the frame.
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
