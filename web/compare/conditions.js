// @ts-check
// The conditions under which the browser measured its numbers.

import { code, marked } from '../shared/dom.js';
import { batchTime } from '../shared/measure.js';
import { counting } from '../shared/format.js';
import { duration } from './scale.js';

/** The least number of clock ticks that a sample should last; see web/shared/measure.js. */
const ENOUGH = 100;

/** @param {number} tick of the clock, in ms */
export function conditions(tick) {
  return marked`In this browser: ${browser()}, ${counting(navigator.hardwareConcurrency, 'core')}; ${clock(tick)} A browser inlines JavaScript’s ${code('add')} into the loop that calls it, so the time shown for it is that of the loop.`;
}

/** @param {number} tick of the clock, in ms */
export function clock(tick) {
  const every = `its clock ticks every ${duration(1e6 * tick)}`;
  const ticks = batchTime(tick) / tick;
  if (ticks > ENOUGH - 1) return `${every}, and each sample takes ${ENOUGH} ticks or more.`;
  const off = Math.round(100 / ticks);
  return `${every}, which is too coarse: a sample takes about ${duration(1e6 * batchTime(tick))}, and may be off by ${off} %.`;
}

/** The names that browsers do not write as their readers do. @type {Record<string, string>} */
const NAMES = { Edg: 'Edge', EdgA: 'Edge', OPR: 'Opera', SamsungBrowser: 'Samsung Internet', Version: 'Safari' };

/** The browser's name and version, out of the longer text in which it identifies itself. */
function browser() {
  const { userAgent } = navigator;
  // Those that are built on Chrome name it first.
  const found = userAgent.match(/(Firefox|EdgA?|OPR|SamsungBrowser)\/(\d+)/) ?? userAgent.match(/(Chrome|Version)\/(\d+)/);
  return found ? `${NAMES[found[1]] ?? found[1]} ${found[2]}` : 'a browser';
}
