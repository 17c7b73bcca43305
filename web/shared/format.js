// @ts-check
// Formats numbers for reading.

/** @param {number} ms */
export function milliseconds(ms) {
  return ms < 99.95 ? `${ms.toFixed(1)} ms` : `${whole(ms)} ms`;
}

/** @param {number} n */
export function whole(n) {
  return Math.round(n).toLocaleString('en');
}

/** Formats a number as Rust prints an f64. @param {number} n */
export function float(n) {
  if (Object.is(n, -0)) return '-0';
  if (!Number.isFinite(n)) return String(n).replace('Infinity', 'inf');
  return String(n);
}

/** @param {number} n */
export function bytes(n) {
  return n < 10_000 ? counting(n, 'byte') : `${whole(n / 1000)} KB`;
}

/**
 * Such as "1 byte" and "2,000 bytes".
 * @param {number} n a whole number
 * @param {string} one
 * @param {string} [many]
 */
export function counting(n, one, many = `${one}s`) {
  return `${whole(n)} ${n === 1 ? one : many}`;
}
