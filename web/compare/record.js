// @ts-check
// A native run, as `polyglot compare` wrote it (compare/record.rs): the reader's last one, or the project's own.

import { inTime } from '../shared/deadline.js';
import { code, marked } from '../shared/dom.js';
import { counting } from '../shared/format.js';
import { served } from '../server.js';
import { importTrouble } from '../trouble.js';

/** @typedef {import('../shared/dom.js').Marked} Marked */

const SCHEMA = 1;

/** The command that makes a native run. */
const COMMAND = code('cargo compare');

/**
 * @typedef {object} Native
 * @property {Marked} summary whose it is, where and when it ran, and its warnings
 * @property {{ id: string, name: string, technique: string }[]} boundaries
 * @property {Map<string, NativeCell[]>} rows by the operation's id
 */

/**
 * A time, or the reason why it is missing.
 * @typedef {{ estimate: import('../shared/measure.js').Estimate, ratio: number | null, bytesPerSecond: number | null,
 *   samples: number, calls: number } | string} NativeCell
 */

/** @returns {Promise<Native | Marked>} a Marked says why the run cannot be shown */
export async function nativeRun() {
  let text;
  let own;
  try {
    const response = await inTime(fetch('compare.json'));
    if (response.status === 404) return marked`No native run yet: run ${COMMAND} in the repository.`;
    if (!response.ok) {
      const status = `${response.status} ${response.statusText}`.trim();
      return marked`The server has no native run to show: it answered ${status} for ${code('compare.json')}. Reload the page to ask again.`;
    }
    text = await inTime(response.text());
    // The server gives an ETag to the files that come with the page, and none to the reader's last run.
    own = served && !response.headers.has('etag');
  } catch (error) {
    return importTrouble('The native run', error);
  }
  try {
    return read(JSON.parse(text), own);
  } catch (error) {
    return notShown(error);
  }
}

/** Says why a record cannot be shown. @param {unknown} error */
export const notShown = error => marked`The native run cannot be read: ${error instanceof Error ? error.message : String(error)}. Run ${COMMAND} to make a new one.`;

/** @param {any} record parsed from JSON @param {boolean} own @returns {Native} */
function read(record, own) {
  if (record?.schema !== SCHEMA) throw new RangeError(`its schema is ${record?.schema}, but this page reads schema ${SCHEMA}`);
  const boundaries = list(record.boundaries, 'boundaries').map(({ id, name, technique }) => ({
    id: String(id), name: String(name), technique: String(technique),
  }));
  const rows = new Map(list(record.operations, 'operations').map(({ id, cells }) => {
    const row = list(cells, `cells of ${id}`).map(cell => cellOf(cell, id));
    if (row.length !== boundaries.length) throw new RangeError(`${id} has ${row.length} cells for ${boundaries.length} boundaries`);
    return [String(id), row];
  }));
  return { summary: summaryOf(record, own), boundaries, rows };
}

/** @param {any} cell @param {string} id @returns {NativeCell} */
function cellOf(cell, id) {
  if (typeof cell?.absent === 'string') return cell.absent;
  const { median_ns: median, interval_ns: [low, high] = [], samples, calls } = cell ?? {};
  if (![median, low, high].every(ns => Number.isFinite(ns) && ns > 0)) throw new RangeError(`a cell of ${id} has no time`);
  if (![samples, calls].every(n => Number.isInteger(n) && n > 0)) {
    throw new RangeError(`a cell of ${id} lacks its number of samples and calls`);
  }
  return { estimate: { median, low, high }, ratio: cell.ratio ?? null, bytesPerSecond: cell.bytes_per_second ?? null, samples, calls };
}

/** @param {any} record @param {boolean} own */
function summaryOf({ command, unix_time, machine, versions, profile, warnings }, own) {
  const when = new Date(1000 * unix_time).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const engines = list(versions, 'versions').map(({ name, version }) => `${name} ${version}`).join(', ');
  const sentences = [
    `${machine.cpu}, ${counting(machine.cores, 'core')}; ${machine.os}, ${machine.arch}; ${engines}`,
    ...(profile === 'debug' ? ['This was a debug build, so a release build is faster'] : []),
    ...list(warnings, 'warnings').map(warning => `Warning: ${warning}`),
  ];
  const whose = own ? 'your last run' : marked`the project’s own run, not yours (${COMMAND} makes yours, and ${code('cargo run -- serve')} shows it)`;
  return marked`Native: ${whose}, by ${code(command)} on ${when} (UTC). ${sentences.join('. ')}.`;
}

/** @param {any} value @param {string} name @returns {any[]} */
function list(value, name) {
  if (!Array.isArray(value)) throw new RangeError(`it has no ${name}`);
  return value;
}
