// @ts-check
// What there is to know of the numbers that a browser measured.

import { code, marked } from '../shared/dom.js';
import { batchTime } from '../shared/measure.js';
import { counting } from '../shared/format.js';
import { duration } from './scale.js';

/** How many ticks of the clock a sample lasts, at least; see web/shared/measure.js. */
const ENOUGH = 100;

/** @param {number} tick of the clock, in ms */
export function conditions(tick) {
  return marked`In this browser: ${browser()}, ${counting(navigator.hardwareConcurrency, 'core')}; ${clock(tick)} A browser puts JavaScript’s ${code('add')} into the loop that calls it, so its time is that of the loop.`;
}

/** @param {number} tick of the clock, in ms */
export function clock(tick) {
  const every = `its clock ticks every ${duration(1e6 * tick)}`;
  const ticks = batchTime(tick) / tick;
  if (ticks > ENOUGH - 1) return `${every}, and each sample takes ${ENOUGH} ticks or more.`;
  const off = Math.round(100 / ticks);
  return `${every}, which is too coarse: a sample takes about ${duration(1e6 * batchTime(tick))}, and may be off by ${off} %.`;
}

/** Its name and version, of all that a browser calls itself. */
function browser() {
  const [, name, version] = navigator.userAgent.match(/(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/) ?? ['', 'a browser', ''];
  return `${name === 'Version' ? 'Safari' : name} ${version}`.trim();
}
