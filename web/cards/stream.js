// @ts-check
// Watch, a stream: shows readings as they arrive, until the stream ends, the deadline passes or the reader cancels.

import { OFFLINE, element, setState, show, takeOffline } from '../shared/card.js';
import { counted, crowded } from '../shared/connections.js';
import { byId, code, marked, say } from '../shared/dom.js';
import { readFields, readInteger } from '../shared/fields.js';
import { counting, milliseconds, whole } from '../shared/format.js';
import { heard } from '../shared/heartbeat.js';
import { Pauses } from '../shared/pauses.js';
import { grpcClient } from '../shared/rpc.js';
import { callTrouble } from '../trouble.js';

/** The number of readings that are shown: the last ones. */
const SHOWN = 12;
/** From this many readings on, the summary tells how fast they came. */
const MANY = 1000;
/** 2³² - 1, the largest uint32. */
const MAX_U32 = 2 ** 32 - 1;
/** The longest time that a browser's timer can wait: 2³¹ - 1 ms, nearly 25 days. */
const MAX_TIMER = 2 ** 31 - 1;

/** @param {HTMLElement} card @param {boolean} served */
export function start(card, served) {
  const form = byId('stream-form', HTMLFormElement);
  const cancel = byId('stream-cancel', HTMLButtonElement);
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

  /** The current call; a new one replaces it. @type {AbortController | undefined} */
  let current;

  const read = () =>
    readFields(Object.values(fields), () => ({
      count: readInteger(fields.count, 0, MAX_U32),
      interval: readInteger(fields.interval, 0, MAX_U32),
      deadline: readInteger(fields.deadline, 1, MAX_TIMER),
    }), { focus: true });

  /** Removes everything that an earlier call has shown. */
  const clear = () => {
    say(note, '');
    new Readings(Infinity).paint();
  };

  const watch = async () => {
    const wanted = read();
    if (!wanted) {
      if (current) return;
      clear();
      setState(card, 'idle');
      show(result, 'idle', 'Not called.');
      return;
    }
    const { count, interval, deadline } = wanted;
    current?.abort();
    const controller = current = new AbortController();
    const { signal } = controller;
    setState(card, 'loading');
    cancel.setAttribute('aria-disabled', 'false');
    show(result, 'loading', 'Loading the gRPC client…');
    clear();

    const readings = new Readings(deadline);
    const outcome = await attempt(async () => {
      const client = await grpcClient();
      if (current === controller) show(result, 'loading', 'Calling…');
      readings.start = performance.now();
      const pauses = new Pauses();
      const onReading = (/** @type {number} */ celsius) => {
        readings.add(celsius);
        // All readings that arrive before the next frame are painted together.
        readings.request ||= requestAnimationFrame(() => {
          readings.paint();
          result.textContent = counting(readings.count, 'reading');
        });
        return pauses.due();
      };
      await counted(async () => {
        crowded().then(sentence => { if (current === controller) say(note, sentence); });
        await client.watch(count, interval, deadline, onReading, signal);
      });
    });
    cancelAnimationFrame(readings.request);
    if (outcome.heard !== undefined) heard(outcome.heard);
    // Another call has replaced this one.
    if (current !== controller) return;
    current = undefined;
    cancel.setAttribute('aria-disabled', 'true');
    readings.paint();
    setState(card, outcome.code === 'OK' ? 'done' : 'error');
    show(result, outcome.code === 'OK' ? 'done' : 'error', outcome.sentence);
    say(note, readings.count > 0 ? readings.summary(interval) : outcome.code === 'OK' ? '' : await crowded());
  };

  form.addEventListener('submit', event => {
    event.preventDefault();
    watch();
  });
  cancel.addEventListener('click', () => current?.abort());
  for (const button of form.querySelectorAll('[data-watch]')) {
    button.addEventListener('click', () => {
      const values = (button.getAttribute('data-watch') ?? '').split(' ');
      for (const [i, field] of Object.values(fields).entries()) field.value = values[i];
      watch();
    });
  }
}

/**
 * Makes a call, and says how it ended. A deadline or a cancellation is not a failure of this card.
 * @param {() => Promise<void>} call
 */
async function attempt(call) {
  try {
    await call();
    return { code: 'OK', heard: true, sentence: 'OK' };
  } catch (error) {
    const trouble = callTrouble(error);
    const { cause, message } = /** @type {Error} */ (error);
    if (cause !== 'late' && (trouble.code === 'DEADLINE_EXCEEDED' || trouble.code === 'CANCELLED')) {
      return { code: trouble.code, sentence: marked`${code(trouble.code)}: ${message}.` };
    }
    return { code: trouble.code, heard: trouble.gone ? false : trouble.answered || undefined, sentence: trouble.sentence };
  }
}

/** The readings of one call: all are counted, and the last are shown. */
class Readings {
  count = 0;
  start = performance.now();
  /** The pending request for a frame, or 0. */
  request = 0;
  /** @type {{ celsius: number, elapsed: number }[]} */
  #last = [];
  #list = byId('stream-readings', HTMLElement);
  #bar = byId('stream-bar', HTMLElement);

  /** @param {number} deadline in ms */
  constructor(deadline) {
    this.deadline = deadline;
  }

  /** @param {number} celsius */
  add(celsius) {
    this.#last[this.count % SHOWN] = { celsius, elapsed: performance.now() - this.start };
    this.count += 1;
  }

  paint() {
    this.request = 0;
    const oldest = this.count % SHOWN;
    const inOrder = [...this.#last.slice(oldest), ...this.#last.slice(0, oldest)];
    this.#list.replaceChildren(...inOrder.map(({ celsius, elapsed }) =>
      element('li', '', `${celsius.toFixed(1)} °C`, ' ', element('span', '', milliseconds(elapsed)))));
    this.#bar.style.setProperty('--total', String(Math.min((performance.now() - this.start) / this.deadline, 1)));
  }

  /** @param {number} interval in ms */
  summary(interval) {
    const elapsed = performance.now() - this.start;
    const sum = `${counting(this.count, 'reading')} in ${milliseconds(elapsed)}.`;
    if (interval > 0 || this.count < MANY) return sum;
    return `${sum} That is ${whole((1000 * this.count) / elapsed)} a second: as fast as this page reads. `
      + 'While it paints or waits, the connection’s buffers fill, and the server has to wait.';
  }
}
