// @ts-check
// Watch, a stream: readings as they come, until there were enough, the deadline passes or somebody cancels.

import { OFFLINE, setState, show, takeOffline } from '../shared/card.js';
import { byId, code, marked, say } from '../shared/dom.js';
import { readFields, readInteger } from '../shared/fields.js';
import { milliseconds, whole } from '../shared/format.js';
import { grpcClient, isClientLoaded } from '../shared/rpc.js';
import { callTrouble } from '../trouble.js';

/** How many readings are shown: the last. */
const SHOWN = 12;
/** 2³² - 1, the largest uint32. */
const MAX_U32 = 2 ** 32 - 1;
/** The longest that a browser's timer waits: 2³¹ - 1 ms, nearly 25 days. */
const MAX_TIMER = 2 ** 31 - 1;

/** @param {HTMLElement} card @param {boolean} served */
export function start(card, served) {
  const form = byId('stream-form', HTMLFormElement);
  const cancel = byId('stream-cancel', HTMLButtonElement);
  const list = byId('stream-readings', HTMLElement);
  const bar = byId('stream-bar', HTMLElement);
  const result = byId('stream-result', HTMLElement);
  const note = byId('stream-note', HTMLElement);
  const fields = {
    count: byId('stream-count', HTMLInputElement),
    interval: byId('stream-interval', HTMLInputElement),
    deadline: byId('stream-deadline', HTMLInputElement),
  };
  if (!served) {
    takeOffline(card);
    show(result, 'offline', OFFLINE);
    return;
  }

  /** The call under way; a new one takes its place. */
  let current = new AbortController();

  const read = () =>
    readFields(Object.values(fields), () => ({
      count: readInteger(fields.count, 0, MAX_U32),
      interval: readInteger(fields.interval, 0, MAX_U32),
      deadline: readInteger(fields.deadline, 1, MAX_TIMER),
    }), { focus: true });

  const watch = async () => {
    const wanted = read();
    if (!wanted) return;
    const { count, interval, deadline } = wanted;
    current.abort();
    current = new AbortController();
    const { signal } = current;
    setState(card, 'loading');
    cancel.setAttribute('aria-disabled', 'false');
    show(result, 'loading', isClientLoaded() ? 'Calling…' : 'Loading the gRPC client…');
    say(note, '');
    list.replaceChildren();
    bar.style.setProperty('--total', '0');

    let readings = 0;
    let start = 0;
    const outcome = await attempt(async () => {
      const client = await grpcClient();
      start = performance.now();
      const onReading = (/** @type {number} */ celsius) => {
        const elapsed = performance.now() - start;
        readings += 1;
        addReading(list, celsius, elapsed);
        bar.style.setProperty('--total', String(Math.min(elapsed / deadline, 1)));
        result.textContent = countOf(readings);
      };
      await client.watch(count, interval, deadline, onReading, signal);
    });
    // Another call has taken this one's place.
    if (current.signal !== signal) return;
    cancel.setAttribute('aria-disabled', 'true');
    const elapsed = performance.now() - start;
    bar.style.setProperty('--total', String(Math.min(elapsed / deadline, 1)));
    setState(card, outcome.code === 'OK' ? 'done' : 'error');
    show(result, outcome.code === 'OK' ? 'done' : 'error', outcome.sentence);
    if (readings > 0) say(note, `${countOf(readings)} in ${milliseconds(elapsed)}.`);
  };

  form.addEventListener('submit', event => {
    event.preventDefault();
    watch();
  });
  cancel.addEventListener('click', () => current.abort());
  for (const button of form.querySelectorAll('[data-watch]')) {
    button.addEventListener('click', () => {
      const values = (button.getAttribute('data-watch') ?? '').split(' ');
      for (const [i, field] of Object.values(fields).entries()) field.value = values[i];
      watch();
    });
  }
}

/**
 * How a call ended. That a deadline passed, or that somebody cancelled, is an end like any other here.
 * @param {() => Promise<void>} call
 * @returns {Promise<{ code?: string, sentence: string | import('../shared/dom.js').Marked }>}
 */
async function attempt(call) {
  try {
    await call();
    return { code: 'OK', sentence: 'OK' };
  } catch (error) {
    const trouble = callTrouble(error);
    const { message } = /** @type {Error} */ (error);
    const wanted = trouble.code === 'DEADLINE_EXCEEDED' || trouble.code === 'CANCELLED';
    return { code: trouble.code, sentence: wanted ? marked`${code(trouble.code)}: ${message}.` : trouble.sentence };
  }
}

/**
 * @param {HTMLElement} list
 * @param {number} celsius
 * @param {number} elapsed ms
 */
function addReading(list, celsius, elapsed) {
  const item = document.createElement('li');
  const time = document.createElement('span');
  time.textContent = milliseconds(elapsed);
  item.append(`${celsius.toFixed(1)} °C`, ' ', time);
  list.append(item);
  if (list.childElementCount > SHOWN) list.firstElementChild?.remove();
}

/** @param {number} n */
const countOf = n => (n === 1 ? '1 reading' : `${whole(n)} readings`);
