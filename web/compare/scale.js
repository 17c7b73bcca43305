// @ts-check
// Formats times for reading, and places them on a scale from 1 ns to 1 s.

const DECADES = 9;

/** The labels of the scale, and their places on it. @type {[text: string, place: number][]} */
export const TICKS = [['1 ns', 0], ['1 µs', 1 / 3], ['1 ms', 2 / 3], ['1 s', 1]];

/** From 0 for 1 ns to 1 for 1 s, logarithmic; other times are placed at the nearer end. @param {number} ns */
export const placeOf = ns => Math.min(Math.max(Math.log10(ns) / DECADES, 0), 1);

// The functions below format numbers as the command does (compare/units.rs): tests compare both with
// tests/data/units.json.

/** Such as "1.75 µs". @param {number} ns */
export const duration = ns => scaled(ns, ['ns', 'µs', 'ms', 's']);

/** Such as "1.40 GB/s". @param {number} n */
export const perSecond = n => scaled(n, ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s']);

/** Such as "1.38×" or "66,700×". @param {number} n */
export function times(n) {
  if (n < 999.5) return `${digits(n)}×`;
  const unit = 10 ** (Math.floor(Math.log10(n)) - 2);
  return `${(Math.round(n / unit) * unit).toLocaleString('en', { maximumFractionDigits: 0 })}×`;
}

/**
 * The distance of the interval's ends from the median, in percent of the median; empty for a single sample, which
 * has no spread.
 * @param {import('../shared/measure.js').Estimate} estimate
 * @param {number} samples
 */
export function spread({ median, low, high }, samples) {
  if (samples < 2) return '';
  const percent = (100 * Math.max(high - median, median - low)) / median;
  return `±${fixed(percent, percent < 9.95 ? 1 : 0)} %`;
}

/** @param {number} n @param {string[]} units each a thousand of the one before */
function scaled(n, units) {
  let unit = 0;
  // A value that rounds to 1000 is written as 1 of the next unit.
  for (; n >= 999.5 && unit < units.length - 1; unit++) n /= 1000;
  return `${digits(n)} ${units[unit]}`;
}

/** Formats with three significant digits. @param {number} n */
const digits = n => fixed(n, n < 0.9995 ? 3 : n < 9.995 ? 2 : n < 99.95 ? 1 : 0);

/** Formats with that many decimals, and rounds ties to the even digit, as Rust does. @param {number} n @param {number} decimals */
function fixed(n, decimals) {
  const text = n.toFixed(decimals);
  // Only some binary fractions are exactly halfway between two decimals.
  const tie = (n * 2 ** (decimals + 1)) % 2 === 1;
  return tie && Number(text.at(-1)) % 2 === 1 ? (n - 0.25 / 10 ** decimals).toFixed(decimals) : text;
}
