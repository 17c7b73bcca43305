// @ts-check

import { median } from '../measure.js';

/**
 * The middle of a few measurements, and how far they lie apart.
 * @param {number[]} values at least one
 */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
