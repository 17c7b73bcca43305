// @ts-check
// The tables of the comparison: one for each operation, in which every time has its bar.

import { element, say } from '../dom.js';
import { whole } from '../format.js';
import { duration, perSecond, placeOf, spread, TICKS, times } from './scale.js';

/** @typedef {import('../measure.js').Estimate} Estimate */
/** @typedef {'waiting' | 'loading' | 'done' | 'absent' | 'error'} State */

/**
 * What is known of a cell.
 * @typedef {{ estimate: Estimate, ratio?: number | null, bytesPerSecond?: number | null, samples: number, calls: number }} Time
 */

/** One boundary of one operation: a row of a table. */
export class Line {
  /** In ns, once there is a time. @type {number | undefined} */
  median;

  /** @param {string} name @param {string} technique */
  constructor(name, technique) {
    this.who = element('th', '', name);
    this.who.scope = 'row';
    this.bar = element('td', 'bar-cell');
    this.time = element('td', 'time');
    this.ratio = element('td', 'ratio');
    this.row = element('tr', '');
    this.row.dataset.technique = technique;
    this.lack('waiting', 'not measured yet');
  }

  /** @param {State} state */
  set state(state) {
    this.row.dataset.state = state;
  }

  /** No time, and why; backticks mark code. @param {State} state @param {string} why */
  lack(state, why) {
    this.state = state;
    this.median = undefined;
    const reason = element('td', 'reason');
    reason.colSpan = 3;
    say(reason, `– ${why}`);
    this.row.replaceChildren(this.who, reason);
  }

  /** @param {Time} time */
  show({ estimate, ratio, bytesPerSecond, samples, calls }) {
    const { median, low, high } = estimate;
    if (this.median === undefined) {
      const bars = [element('span', 'cost'), element('span', 'interval')];
      for (const bar of bars) bar.ariaHidden = 'true';
      this.bar.replaceChildren(...bars);
      this.row.replaceChildren(this.who, this.bar, this.time, this.ratio);
    }
    this.median = median;
    for (const [name, ns] of Object.entries({ '--at': median, '--low': low, '--high': high })) {
      this.bar.style.setProperty(name, String(placeOf(ns)));
    }
    const details = element('span', 'details', spread(estimate));
    if (bytesPerSecond) details.append(element('span', 'rate', ` · ${perSecond(bytesPerSecond)}`));
    this.time.replaceChildren(element('strong', '', duration(median)), ' ', details);
    const of = calls === 1 ? 'one call each' : `${whole(calls)} calls each`;
    this.time.title = `${duration(low)} to ${duration(high)}, from ${whole(samples)} samples of ${of}`;
    this.ratio.replaceChildren(typeof ratio === 'number' ? times(ratio) : '');
  }
}

/**
 * A table of one operation, without lines yet.
 * @param {import('./operations.js').Operation} operation
 */
export function tableOf({ id, name, teaches }) {
  const caption = element('caption', '', element('strong', '', name), ' ', element('span', '', teaches));
  const here = element('tbody', 'here', heading('In this browser', '× JS'));
  const native = element('tbody', 'native');
  const table = element('table', 'costs', caption, here, native);
  table.id = `compare-${id}`;
  return { table, here, native };
}

/** The head of a group of lines: who, the scale, and what the ratio is to. @param {string} who @param {string} ratio */
export function heading(who, ratio) {
  const title = element('th', '', who);
  title.scope = 'rowgroup';
  const scale = element('td', 'scale');
  for (const [text, place] of TICKS) {
    const tick = element('span', '', text);
    tick.style.setProperty('--at', String(place));
    scale.append(tick);
  }
  return element('tr', 'heading', title, scale, element('td', 'time', 'median'), element('td', 'ratio', ratio));
}
