// @ts-check
// Has each side draw the same picture, one after the other, and compares pixels and times.

import { Picture } from '../shared/canvas.js';
import { OFFLINE, setState, show } from '../shared/card.js';
import { orCrowded } from '../shared/connections.js';
import { byId, say } from '../shared/dom.js';
import { FieldError, readFields, readFloat, readInteger } from '../shared/fields.js';
import { counting, float, milliseconds, whole } from '../shared/format.js';
import { heard } from '../shared/heartbeat.js';
import { isClientLoaded } from '../shared/rpc.js';
import { HEIGHT, MAX_ITERATIONS, PRESETS, WIDTH, zoomIn, zoomOut } from '../shared/views.js';
import { callTrouble, wasmTrouble } from '../trouble.js';
import { drawInTab, drawOnServer } from './picture/draw.js';

/** @typedef {import('../shared/dom.js').Marked} Marked */
/** @typedef {import('../shared/views.js').View} View */

/** @param {HTMLElement} card @param {boolean} served */
export function start(card, served) {
  const form = byId('picture-form', HTMLFormElement);
  const verdict = byId('picture-verdict', HTMLElement);
  const fields = {
    re: byId('picture-re', HTMLInputElement),
    im: byId('picture-im', HTMLInputElement),
    width: byId('picture-width', HTMLInputElement),
    iterations: byId('picture-iterations', HTMLInputElement),
  };
  const tab = new Side('wasm', 'Rust as WebAssembly, in this tab');
  const server = new Side('c', 'C on the server');
  if (!served) server.rest('offline', OFFLINE);

  /** The current drawing; a new one replaces it. */
  let current = new AbortController();

  /** @returns {View | undefined} */
  const readView = () =>
    readFields(Object.values(fields), () => {
      const view = {
        re: readFloat(fields.re),
        im: readFloat(fields.im),
        width: readFloat(fields.width),
        iterations: readInteger(fields.iterations, 1, MAX_ITERATIONS),
      };
      if (view.width <= 0) throw new FieldError(fields.width, 'width must be above 0.');
      return view;
    }, { focus: true });

  /** @param {View} view */
  const writeView = view => {
    for (const [key, field] of Object.entries(fields)) {
      field.value = float(view[/** @type {keyof View} */ (key)]);
    }
  };

  /** Draws the view in the fields, after `change` has changed it. @param {(view: View) => View} change */
  const draw = async (change = view => view) => {
    current.abort();
    const wanted = readView();
    if (!wanted) {
      // The picture on display belongs to other values.
      setState(card, 'idle');
      show(verdict, 'idle', '');
      for (const side of served ? [tab, server] : [tab]) side.rest('idle', 'Not drawn.');
      return;
    }
    const view = change(wanted);
    writeView(view);
    current = new AbortController();
    const { signal } = current;

    setState(card, 'loading');
    show(verdict, 'loading', '');
    tab.rest('idle', 'Waiting for its turn');
    if (served) server.rest('idle', 'Waiting for its turn');

    await tab.draw(view, signal, drawInTab, wasmTrouble);
    if (signal.aborted) return;
    if (served) {
      await server.draw(view, signal, drawOnServer, serverTrouble);
      if (signal.aborted) return;
    }

    compareTimes(tab, server);
    const sides = [tab, server].map(side => side.state);
    setState(card, sides.includes('error') ? 'error' : 'done');
    showVerdict(verdict, tab, server);
  };

  form.addEventListener('submit', event => {
    event.preventDefault();
    draw();
  });
  byId('picture-zoom-in', HTMLButtonElement).addEventListener('click', () => draw(view => zoomIn(view)));
  byId('picture-zoom-out', HTMLButtonElement).addEventListener('click', () => draw(zoomOut));
  for (const button of form.querySelectorAll('[data-view]')) {
    const preset = PRESETS[button.getAttribute('data-view') ?? ''];
    button.addEventListener('click', () => {
      writeView(preset);
      draw();
    });
  }
  for (const side of [tab, server]) {
    side.canvas.addEventListener('click', event => {
      const box = side.canvas.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * WIDTH;
      const y = ((event.clientY - box.top) / box.height) * HEIGHT;
      draw(view => zoomIn(view, { x, y }));
    });
  }
  writeView(PRESETS.whole);
}

/** One of the two pictures: its canvas, its time and its bar. */
class Side {
  /** @type {{ first?: number, total: number } | undefined} */
  times;

  /**
   * @param {'wasm' | 'c'} key as in index.html
   * @param {string} name
   */
  constructor(key, name) {
    this.name = name;
    this.canvas = byId(`picture-${key}`, HTMLCanvasElement);
    this.picture = new Picture(this.canvas);
    this.figure = byId(`picture-${key}-side`, HTMLElement);
    this.time = byId(`picture-${key}-time`, HTMLElement);
    this.cover = /** @type {HTMLElement} */ (this.figure.querySelector('[data-cover]'));
    this.bar = /** @type {HTMLElement} */ (this.figure.querySelector('.bar'));
  }

  get state() {
    return this.figure.dataset.state ?? 'idle';
  }

  /**
   * Removes the picture, and says why.
   * @param {import('../shared/dom.js').State} state
   * @param {string | Marked} text
   */
  rest(state, text) {
    this.times = undefined;
    this.picture.clear();
    this.canvas.setAttribute('aria-label', 'Not drawn');
    setState(this.figure, state);
    say(this.cover, text);
    show(this.time, state, '');
    this.bar.style.setProperty('--total', '0');
  }

  /**
   * Draws, and shows the result. If the drawing was aborted, it shows nothing: the next drawing does.
   * @param {View} view
   * @param {AbortSignal} signal
   * @param {typeof drawInTab | typeof drawOnServer} by
   * @param {(error: unknown) => Marked | Promise<Marked>} explain
   */
  async draw(view, signal, by, explain) {
    setState(this.figure, 'loading');
    const loading = by === drawOnServer && !isClientLoaded();
    show(this.time, 'loading', loading ? 'Loading the gRPC client…' : 'Drawing…');
    say(this.cover, '');
    try {
      this.times = await by(
        view,
        (row, iterations) => this.picture.paint(row, iterations, view.iterations),
        signal,
      );
    } catch (error) {
      if (signal.aborted) return;
      const why = await explain(error);
      if (!signal.aborted) this.rest('error', why);
      return;
    }
    setState(this.figure, 'done');
    show(this.time, 'done', describeTimes(this.times));
    this.canvas.setAttribute(
      'aria-label',
      `The Mandelbrot set by ${this.name}: centre ${view.re} + ${view.im}i, width ${view.width}`,
    );
  }
}

/** @param {unknown} error @returns {Promise<Marked>} */
async function serverTrouble(error) {
  const trouble = callTrouble(error);
  if (trouble.answered || trouble.gone) heard(trouble.answered);
  return orCrowded(trouble);
}

/** @param {{ first?: number, total: number }} times */
function describeTimes({ first, total }) {
  return first === undefined
    ? `${milliseconds(total)} of computation`
    : `first row after ${milliseconds(first)}, all ${HEIGHT} after ${milliseconds(total)}`;
}

/**
 * Draws the times as bars, the longest of full length.
 * @param {Side} tab
 * @param {Side} server
 */
function compareTimes(tab, server) {
  const longest = Math.max(tab.times?.total ?? 0, server.times?.total ?? 0);
  for (const { bar, times } of [tab, server]) {
    bar.style.setProperty('--total', String(times ? times.total / longest : 0));
    bar.style.setProperty('--first', String(times?.first === undefined ? 0 : times.first / times.total));
  }
}

/**
 * Shows whether both drew the same picture, and what the times mean.
 * @param {HTMLElement} verdict
 * @param {Side} tab
 * @param {Side} server
 */
function showVerdict(verdict, tab, server) {
  if (!tab.times || !server.times) {
    const one = tab.times || server.times;
    show(verdict, 'idle', one ? 'Only one side drew, so there is nothing to compare.' : '');
    return;
  }
  const pixels = tab.picture.iterations;
  const others = server.picture.iterations;
  const different = pixels.reduce((count, n, i) => count + Number(n !== others[i]), 0);
  const same = document.createElement('strong');
  same.textContent = different === 0
    ? `identical: ${whole(pixels.length)} pixels`
    : `different: ${whole(different)} of ${counting(pixels.length, 'pixel')}`;
  show(verdict, different === 0 ? 'done' : 'error', '');
  verdict.append(same, ' ', readTimes(tab.times.total, server.times.total));
}

/**
 * @param {number} tab ms of computing
 * @param {number} server ms from request to last row
 */
function readTimes(tab, server) {
  const ratio = server / tab;
  const included = `its time includes encoding, sending and decoding ${HEIGHT} rows`;
  if (ratio < 0.95) {
    return `The server took ${(ratio * 100).toFixed(0)} % of the tab’s time, although ${included}: `
      + 'with this much to compute, the crossing pays off.';
  }
  if (ratio <= 1.05) return `The server took as long as the tab, although ${included}.`;
  return `The server took ${ratio.toFixed(1)} times as long as the tab: ${included}. `
    + 'The more work there is in each row, the less this matters.';
}
