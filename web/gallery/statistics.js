// @ts-check

/**
 * The middle of a few measurements, and how far they lie apart.
 * @param {number[]} values at least one
 */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)],
    min: sorted[0],
    max: sorted[sorted.length - 1],
  };
}
