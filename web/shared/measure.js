// @ts-check
// Measures how long a call takes, with batches, rounds and medians. It runs in a page and in Node.js.

/**
 * Does its work the given number of times, one after the other; returns a promise if the work is asynchronous.
 * Each call that takes nanoseconds needs a loop of its own: the browser cannot optimise a loop that several
 * calls share.
 * @typedef {(times: number) => unknown} Work
 */

/** @typedef {{ rowMs: number, least: number, most: number }} Plan of a row: its time, and the samples of each cell */

/** @typedef {(number | undefined)[]} Samples ns per call, by round; undefined where a cell did not take part */

/**
 * @typedef {object} Watcher
 * @property {AbortSignal} signal ends the row; the samples so far have been handed over
 * @property {number} tick of the clock, in ms
 * @property {(index: number, samples: Samples, calls: number) => void} onSample
 * @property {(index: number, error: unknown) => void} onFailure this cell ends; the others continue
 * @property {() => Promise<unknown>} [rest] is awaited before each batch, and not timed
 * @property {() => number} [now] in ms
 */

/** The number of clock ticks in a batch, so that one tick more or less is at most 1 %. */
const TICKS = 100;
/** A batch that takes this many times as long is slow because of its work, not because of an interruption. */
const SLOW = 10;
/** About the longest time of a batch, in ms, however coarse the clock: a longer one would freeze the page. */
const LONGEST = 200;
/** The first call of a batch may have to wake another thread; in a batch of this many calls, that hardly matters. */
const MANY = 32;

/**
 * Measures a row of cells in rounds, so that a machine that becomes slow is slow for all of them.
 * @param {Work[]} works the first is the one that the others are compared with
 * @param {Plan} plan
 * @param {Watcher} watcher
 */
export async function measureRow(works, plan, watcher) {
  const { signal, tick, onSample, onFailure, rest = breathe, now = () => performance.now() } = watcher;
  const cells = works.map((work, index) => ({ work, index, calls: 1, waits: false, rounds: 0, samples: /** @type {Samples} */ ([]) }));

  /** The time that `calls` calls take, in ms. @param {typeof cells[number]} cell @param {number} calls */
  const batch = async (cell, calls) => {
    await rest();
    signal.throwIfAborted();
    const start = now();
    const result = cell.work(calls);
    cell.waits = result instanceof Promise;
    if (cell.waits) await result;
    return now() - start;
  };

  /** @param {typeof cells[number]} cell @param {() => Promise<void>} step */
  const attempt = async (cell, step) => {
    try {
      await step();
    } catch (error) {
      signal.throwIfAborted();
      cell.rounds = 0;
      onFailure(cell.index, error);
    }
  };

  for (const cell of cells) {
    await attempt(cell, async () => {
      const enough = batchTime(tick);
      const most = Math.min(SLOW * enough, LONGEST);
      let elapsed = await batch(cell, cell.calls);
      // Growing, it also warms up. Where twice the calls take no longer, something else took the time.
      while (elapsed < most) {
        const twice = await batch(cell, 2 * cell.calls);
        const awake = !cell.waits || cell.calls >= MANY;
        if (elapsed >= enough && twice > 1.5 * elapsed && awake) break;
        cell.calls *= 2;
        elapsed = twice;
      }
      const affordable = plan.rowMs / works.length / elapsed;
      cell.rounds = Math.min(Math.max(Math.round(affordable), plan.least), plan.most);
    });
  }

  const rounds = Math.max(...cells.map(cell => cell.rounds));
  const random = randomNumbers(SEED);
  for (let round = 0; round < rounds; round++) {
    // Each round has its own order, so that a cell does not always follow the same neighbour.
    for (const cell of shuffled(cells, random)) {
      if (!takesPart(round, cell.rounds, rounds)) continue;
      await attempt(cell, async () => {
        cell.samples[round] = (1e6 * await batch(cell, cell.calls)) / cell.calls;
        onSample(cell.index, cell.samples, cell.calls);
      });
    }
  }
}

/** The time that a batch has to take, in ms, if the clock has this tick. @param {number} tick in ms */
export const batchTime = tick => Math.min(TICKS * tick, LONGEST);

/** Any seed will do; the same one makes the same orders. */
const SEED = 0x5eed;

/** Numbers from 0 to 1 that look random: Marsaglia's xorshift. @param {number} state other than 0 */
function randomNumbers(state) {
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** By Fisher and Yates. @template T @param {T[]} values @param {() => number} random */
function shuffled(values, random) {
  const order = [...values];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/**
 * True if a cell that takes part in `mine` of `all` rounds takes part in this one. Slow cells take part in few
 * rounds, spread over the whole row.
 * @param {number} round @param {number} mine @param {number} all
 */
export function takesPart(round, mine, all) {
  return Math.floor(((round + 1) * mine) / all) > Math.floor((round * mine) / all);
}

/** @typedef {{ median: number, low: number, high: number }} Estimate */

/**
 * The median, and the interval that contains the true median with 95 % confidence, or with as much as few values
 * allow. It reaches from the k-th lowest value to the k-th highest. The chance that the true median is outside on one
 * side is the chance that n coins show fewer than k heads.
 * @param {number[]} values at least one
 * @returns {Estimate}
 */
export function estimate(values) {
  const sorted = inOrder(values);
  const n = sorted.length;
  let k = 0;
  let chance = 0.5 ** n;
  for (let fewer = chance; 2 * fewer <= 0.05; fewer += chance) {
    k++;
    chance *= (n - k + 1) / k;
  }
  const outer = Math.max(k - 1, 0);
  return { median: median(values), low: sorted[outer], high: sorted[n - 1 - outer] };
}

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = inOrder(values);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median, the minimum and the maximum of a few measurements.
 * @param {number[]} values at least one
 */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** @param {number[]} values */
const inOrder = values => [...values].sort((a, b) => a - b);

/**
 * The ratio of one cell's time to another's. Each sample is divided by the other's sample of the same round, or of the
 * nearest round.
 * @param {Samples} samples
 * @param {Samples} baseline
 * @returns {Estimate | undefined} undefined when one of them is empty
 */
export function ratio(samples, baseline) {
  const rounds = [...baseline.keys()].filter(round => baseline[round] !== undefined);
  if (rounds.length === 0) return undefined;
  const ratios = taken(samples, (ns, round) => {
    const nearest = rounds.reduce((a, b) => (Math.abs(b - round) < Math.abs(a - round) ? b : a));
    return ns / /** @type {number} */ (baseline[nearest]);
  });
  return ratios.length > 0 ? estimate(ratios) : undefined;
}

/**
 * Calls `each` for every sample that was taken, and returns the results.
 * @param {Samples} samples
 * @param {(ns: number, round: number) => number} [each]
 * @returns {number[]}
 */
export function taken(samples, each = ns => ns) {
  return samples.flatMap((ns, round) => (ns === undefined ? [] : [each(ns, round)]));
}

/** The steps in which performance.now() advances, in ms. Browsers make them coarse to prevent timing attacks. */
export function clockTick() {
  const ticks = Array.from({ length: 9 }, () => {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    return now - start;
  });
  return median(ticks);
}

/** Lets the page paint and answer events, which a promise alone does not. @returns {Promise<unknown>} */
export function breathe() {
  const { scheduler } = /** @type {any} */ (globalThis);
  return scheduler?.yield ? scheduler.yield() : new Promise(resolve => setTimeout(resolve));
}
