// @ts-check
// The tables of the comparison: one for each operation, with a bar for each time.

import { element } from '../shared/card.js';
import { marked, say } from '../shared/dom.js';
import { counting } from '../shared/format.js';
import { duration, perSecond, placeOf, spread, TICKS, times } from './scale.js';

/** @typedef {import('../shared/measure.js').Estimate} Estimate */
/** @typedef {'waiting' | 'loading' | 'done' | 'absent' | 'error'} State */

/**
 * The measurements of a cell.
 * @typedef {{ estimate: Estimate, ratio?: number | null, bytesPerSecond?: number | null, samples: number, calls: number }} Time
 */

/** One boundary of one operation: a row of a table. */
export class Line {
  /** The median in ns, once it is known. @type {number | undefined} */
  median;

  /** @param {string} name @param {string} technique */
  constructor(name, technique) {
    this.who = header('row', name);
    this.bar = cell('bar-cell');
    this.time = cell('time');
    this.ratio = cell('ratio');
    this.row = row('', []);
    this.row.dataset.technique = technique;
    this.lack('waiting', 'not measured yet');
  }

  /** @param {State} state */
  set state(state) {
    this.row.dataset.state = state;
  }

  /** Shows a reason instead of a time. @param {State} state @param {string | import('../shared/dom.js').Marked} why */
  lack(state, why) {
    this.state = state;
    this.median = undefined;
    const reason = cell('reason');
    reason.colSpan = 3;
    reason.ariaColSpan = '3';
    say(reason, marked`– ${why}`);
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
    const details = element('span', 'details', spread(estimate, samples));
    if (bytesPerSecond) details.append(element('span', 'rate', ` · ${perSecond(bytesPerSecond)}`));
    const of = `${counting(calls, 'call')} each`;
    const interval = `${duration(low)} to ${duration(high)}, from ${counting(samples, 'sample')} of ${of}`;
    // The title appears when the pointer is on it.
    this.time.replaceChildren(element('strong', '', duration(median)), ' ', details, element('span', 'hidden', `, ${interval}`));
    this.time.title = interval;
    this.ratio.replaceChildren(typeof ratio === 'number' ? times(ratio) : '');
  }
}

/**
 * A table of one operation, without lines yet.
 * @param {import('./operations.js').Operation} operation
 */
export function tableOf({ id, name, teaches }) {
  const caption = element('caption', '', element('strong', '', name), ' ', element('span', '', teaches));
  const columns = ['boundary', 'on the scale', 'median', 'ratio'].map(name => header('column', name));
  // Only screen readers use the head, so it cannot set the widths of the columns.
  const widths = element('colgroup', '', ...columns.map(() => element('col', '')));
  const head = group('thead', 'hidden', row('', columns));
  const here = group('tbody', 'here', heading('In this browser', '× JS'));
  const native = group('tbody', 'native');
  const table = element('table', 'costs', caption, widths, head, here, native);
  table.role = 'table';
  table.id = `compare-${id}`;
  return { table, here, native };
}

/** The heading of a group of lines: the place, the scale, and the base of the ratios. @param {string} who @param {string} ratio */
export function heading(who, ratio) {
  const scale = cell('scale');
  for (const [text, place] of TICKS) {
    const tick = element('span', '', text);
    tick.ariaHidden = 'true';
    tick.style.setProperty('--at', String(place));
    scale.append(tick);
  }
  return row('heading', [header('rowgroup', who), scale, cell('time', 'median'), cell('ratio', ratio)]);
}

// style.css changes the `display` of these elements. A browser then no longer treats them as parts of a table,
// unless a role says so.

/** @param {'thead' | 'tbody'} name @param {string} className @param {...HTMLElement} rows */
function group(name, className, ...rows) {
  const made = element(name, className, ...rows);
  made.role = 'rowgroup';
  return made;
}

/** @param {string} className @param {HTMLElement[]} cells */
function row(className, cells) {
  const made = element('tr', className, ...cells);
  made.role = 'row';
  return made;
}

/** @param {string} className @param {...string} text */
function cell(className, ...text) {
  const made = element('td', className, ...text);
  made.role = 'cell';
  return made;
}

/** @param {'row' | 'column' | 'rowgroup'} of @param {string} text */
function header(of, text) {
  const made = element('th', '', text);
  made.scope = of === 'column' ? 'col' : of;
  made.role = of === 'column' ? 'columnheader' : 'rowheader';
  return made;
}
