// @ts-check
// How long a call takes: batches, rounds and medians. It runs in a page and in Node.

/**
 * Does its work so many times, one after the other; a promise when the work is not done at once.
 * Calls that take nanoseconds need a loop of their own each: in a shared one, the browser could
 * optimise for none of them.
 * @typedef {(times: number) => unknown} Work
 */

/** @typedef {{ rowMs: number, least: number, most: number }} Plan of a row: its time, and the samples of each cell */

/** @typedef {(number | undefined)[]} Samples ns per call, by round; undefined where a cell did not take part */

/**
 * @typedef {object} Watcher
 * @property {AbortSignal} signal ends the row; the samples so far have been handed over
 * @property {number} tick of the clock, in ms
 * @property {(index: number, samples: Samples, calls: number) => void} onSample
 * @property {(index: number, error: unknown) => void} onFailure this cell is over; the others go on
 * @property {() => Promise<unknown>} [rest] is awaited before each batch, and not timed
 * @property {() => number} [now] in ms
 */

/** A batch takes so many ticks of the clock that one more or less is at most 1 %. */
const TICKS = 100;
/** What takes so many times as long is no hiccup. */
const SLOW = 10;
/** No batch is made longer than about this, in ms, however coarse the clock: the page would stand still. */
const LONGEST = 200;
/** The first call of a batch may have to wake another thread; so many find it awake. */
const MANY = 32;

/**
 * Measures a row of cells, in rounds: a machine that grows slow is slow to all of them.
 * @param {Work[]} works the first is the one that the others are compared with
 * @param {Plan} plan
 * @param {Watcher} watcher
 */
export async function measureRow(works, plan, watcher) {
  const { signal, tick, onSample, onFailure, rest = breathe, now = () => performance.now() } = watcher;
  const cells = works.map((work, index) => ({ work, index, calls: 1, waits: false, rounds: 0, samples: /** @type {Samples} */ ([]) }));

  /** How long so many calls take, in ms. @param {typeof cells[number]} cell @param {number} calls */
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
    // In an order of its own, so that nobody always follows the same neighbour.
    for (const cell of shuffled(cells, random)) {
      if (!takesPart(round, cell.rounds, rounds)) continue;
      await attempt(cell, async () => {
        cell.samples[round] = (1e6 * await batch(cell, cell.calls)) / cell.calls;
        onSample(cell.index, cell.samples, cell.calls);
      });
    }
  }
}

/** How long a batch has to take, in ms, by a clock with this tick. @param {number} tick in ms */
export const batchTime = tick => Math.min(TICKS * tick, LONGEST);

/** Any will do; the same one makes the same orders. */
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
 * Whether a cell that takes part in `mine` of `all` rounds does so in this one: the slow take part in
 * few, spread over the row.
 * @param {number} round @param {number} mine @param {number} all
 */
export function takesPart(round, mine, all) {
  return Math.floor(((round + 1) * mine) / all) > Math.floor((round * mine) / all);
}

/** @typedef {{ median: number, low: number, high: number }} Estimate */

/**
 * The median, and the interval that holds the true one with 95 % confidence, or as much as so few
 * values allow: it reaches from the k-th lowest value to the k-th highest. The true median lies below
 * all but k - 1 of n values as often as n coins show fewer than k heads.
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
 * The median of a few measurements, and the least and the greatest of them.
 * @param {number[]} values at least one
 */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** @param {number[]} values */
const inOrder = values => [...values].sort((a, b) => a - b);

/**
 * How many times as long one cell takes as another: each sample by the other's of the same round, or
 * of the nearest one.
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
 * What comes of each sample that was taken.
 * @param {Samples} samples
 * @param {(ns: number, round: number) => number} [each]
 * @returns {number[]}
 */
export function taken(samples, each = ns => ns) {
  return samples.flatMap((ns, round) => (ns === undefined ? [] : [each(ns, round)]));
}

/** The steps in which performance.now() advances, in ms: coarse, against attacks that measure time. */
export function clockTick() {
  const ticks = Array.from({ length: 9 }, () => {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    return now - start;
  });
  return median(ticks);
}

/** Lets the page paint and answer, which a promise alone does not. @returns {Promise<unknown>} */
export function breathe() {
  const { scheduler } = /** @type {any} */ (globalThis);
  return scheduler?.yield ? scheduler.yield() : new Promise(resolve => setTimeout(resolve));
}
