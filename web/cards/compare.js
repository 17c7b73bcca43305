// @ts-check
// The cost of a crossing: the same operations over every boundary that a browser can reach, next to a native
// run.

import { BOUNDARIES, OPERATIONS } from '../compare/operations.js';
import { nativeRun, notShown } from '../compare/record.js';
import { duration } from '../compare/scale.js';
import { heading, Line, tableOf } from '../compare/table.js';
import { OFFLINE, setState, show } from '../shared/card.js';
import { inTime } from '../shared/deadline.js';
import { byId, code, marked, say } from '../shared/dom.js';
import { importTrouble, wasmTrouble } from '../trouble.js';

/** @typedef {import('../compare/operations.js').Operation} Operation */
/** @typedef {import('../shared/measure.js').Estimate} Estimate */

/** The plans for six operations: they take about half a minute, or less than ten seconds. */
const FULL = { rowMs: 4000, least: 7, most: 41 };
const QUICK = { rowMs: 700, least: 3, most: 15 };

/** The native boundaries that are shown first: one of each technique. */
const MAIN = ['rust', 'c-static', 'wasmtime', 'grpc-tcp'];

/** @param {HTMLElement} card @param {boolean} served */
export function start(card, served) {
  const form = byId('compare-form', HTMLFormElement);
  const quick = byId('compare-quick', HTMLInputElement);
  const measure = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'));
  const stop = byId('compare-stop', HTMLButtonElement);
  const result = byId('compare-result', HTMLElement);
  const here = byId('compare-here', HTMLElement);
  const progress = /** @type {HTMLElement} */ (card.querySelector('.bar'));

  const tables = OPERATIONS.map(operation => ({ operation, ...tableOf(operation) }));
  const rows = tables.map(({ operation, here: group }) => {
    const lines = BOUNDARIES.map(({ name, technique }) => new Line(name, technique));
    group.append(...lines.map(line => line.row));
    return { operation, lines };
  });
  byId('compare-tables', HTMLElement).replaceChildren(...tables.map(({ table }) => table));
  showNative(tables).catch(error => say(byId('compare-native', HTMLElement), notShown(error)));
  if (!served) say(byId('compare-offline', HTMLElement), OFFLINE);

  /** The current run. @type {AbortController | undefined} */
  let current;

  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (current) return;
    current = new AbortController();
    measure.setAttribute('aria-disabled', 'true');
    stop.setAttribute('aria-disabled', 'false');
    setState(card, 'loading');
    show(result, 'loading', 'Loading the code to measure…');
    say(here, '');
    for (const { lines } of rows) for (const line of lines) line.lack('waiting', 'not measured yet');
    let loaded = false;
    try {
      const { run } = await inTime(import('../compare/run.js'));
      loaded = true;
      const outcome = await run(rows, quick.checked ? QUICK : FULL, served, current.signal, (name, done) => {
        say(result, marked`Measuring ${code(name)}…`);
        progress.style.setProperty('--total', String(done));
      });
      setState(card, outcome.wrong ? 'error' : 'done');
      show(result, outcome.wrong ? 'error' : 'idle', `${outcome.sentence} ${summary(rows[0])}`.trim());
      const server = served ? marked` A debug build of the server answers more slowly than ${code('cargo run --release -- serve')}.` : '';
      say(here, marked`${outcome.conditions}${server}`);
    } catch (error) {
      setState(card, 'error');
      show(result, 'error', loaded ? wasmTrouble(error) : importTrouble('The comparison', error));
    } finally {
      progress.style.setProperty('--total', '0');
      measure.setAttribute('aria-disabled', 'false');
      stop.setAttribute('aria-disabled', 'true');
      current = undefined;
    }
  });
  stop.addEventListener('click', () => current?.abort());
}

/** Sums up the first row in a sentence. @param {{ lines: Line[] }} row */
function summary({ lines }) {
  const said = BOUNDARIES.flatMap(({ id }, i) => {
    const words = { js: 'in JavaScript', wasm: 'with a call into WebAssembly', worker: 'through a worker', 'grpc-c': 'over gRPC-web' };
    const how = /** @type {Record<string, string>} */ (words)[id];
    const { median } = lines[i];
    return how && median ? [`${duration(median)} ${how}`] : [];
  });
  if (said.length < 2) return '';
  return `Adding two numbers takes ${said.slice(0, -1).join(', ')} and ${said.at(-1)}.`;
}

/** @param {(ReturnType<typeof tableOf> & { operation: Operation })[]} tables */
async function showNative(tables) {
  const place = byId('compare-native', HTMLElement);
  const native = await nativeRun();
  if (!('rows' in native)) {
    say(place, native);
    return;
  }
  say(place, native.summary);
  const all = byId('compare-all', HTMLInputElement);
  const some = native.boundaries.some(({ id }) => MAIN.includes(id));
  /** @type {Line[]} */
  const others = [];
  for (const { operation, native: group } of tables) {
    const cells = native.rows.get(operation.id) ?? native.boundaries.map(() => 'not in this run');
    const lines = native.boundaries.map(({ id, name, technique }, i) => {
      const line = new Line(name, technique);
      const cell = cells[i];
      if (typeof cell === 'string') line.lack('absent', cell);
      else {
        line.show(cell);
        line.state = 'done';
      }
      if (some && !MAIN.includes(id)) others.push(line);
      return line;
    });
    group.append(heading('Native', `× ${native.boundaries[0]?.name}`), ...lines.map(line => line.row));
  }
  const choose = () => others.forEach(({ row }) => (row.hidden = !all.checked));
  all.addEventListener('change', choose);
  choose();
  /** @type {HTMLElement} */ (all.closest('[hidden]')).hidden = false;
}
