// @ts-check
// Times as people read them, and where they stand on a scale from 1 ns to 1 s.

const DECADES = 9;

/** The ends of the scale and what lies between, by their place on it. @type {[text: string, place: number][]} */
export const TICKS = [['1 ns', 0], ['1 µs', 1 / 3], ['1 ms', 2 / 3], ['1 s', 1]];

/** From 0 for 1 ns to 1 for 1 s, as a logarithm; what is beyond stands at the end. @param {number} ns */
export const placeOf = ns => Math.min(Math.max(Math.log10(ns) / DECADES, 0), 1);

/** Such as "1.75 µs". @param {number} ns */
export function duration(ns) {
  if (ns < 999.5) return `${digits(ns)} ns`;
  if (ns < 999.5e3) return `${digits(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${digits(ns / 1e6)} ms`;
  return `${digits(ns / 1e9)} s`;
}

/** Such as "1.4 GB/s". @param {number} n */
export function perSecond(n) {
  if (n < 999.5e3) return `${digits(n / 1e3)} kB/s`;
  if (n < 999.5e6) return `${digits(n / 1e6)} MB/s`;
  return `${digits(n / 1e9)} GB/s`;
}

/** Such as "1.38×" or "41M×". @param {number} n */
export function times(n) {
  if (n < 999.5) return `${digits(n)}×`;
  return `${n.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 3 })}×`;
}

/** Half the interval, as a part of the median. @param {import('../measure.js').Estimate} estimate */
export function spread({ median, low, high }) {
  const percent = (50 * (high - low)) / median;
  return `±${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Three digits that count, and no more than two decimals. @param {number} n */
function digits(n) {
  return n < 9.995 ? n.toFixed(2) : n < 99.95 ? n.toFixed(1) : n.toFixed(0);
}
