// @ts-check
// Conway's Game of Life: Rust computes and colours, the canvas shows Rust's own memory.

import init, { Life } from '../pkg/life.js';
import { byId, say } from '../shared/dom.js';
import { fetchWasm } from '../shared/fetch-wasm.js';
import { counting } from '../shared/format.js';
import { summary } from '../shared/measure.js';

const { memory } = await init({ module_or_path: fetchWasm('pkg/life_bg.wasm') });

const canvas = byId('life-canvas', HTMLCanvasElement);
const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
const toggle = byId('life-toggle', HTMLButtonElement);
const result = byId('life-result', HTMLElement);
const clock = byId('life-clock', HTMLElement);

/** 60 a second on average, also where the screen shows more. */
const FRAME_MS = 1000 / 60;
/** The most that a frame may be early, in ms: a screen of 60 Hz is not exact. */
const EARLY_MS = 2;
/** The number of frames whose times are shown. */
const WINDOW = 60;

let life = Life.random(1);
let generation = 0;
let running = false;
let shown = false;
let onScreen = true;
/** The request for the next frame, while there is one. */
let request = 0;
/** @type {{ interval: number, step: number }[]} the last frames, in ms */
let frames = [];
let lastFrame = 0;
/** The time of the next frame, by the clock of `lastFrame`. */
let due = 0;

new IntersectionObserver(([entry]) => {
  onScreen = entry.isIntersecting;
  schedule();
}).observe(canvas);
document.addEventListener('visibilitychange', schedule);

/** @param {HTMLElement} _card @param {HTMLButtonElement} button */
export async function run(_card, button) {
  switch (button.value) {
    case 'toggle':
      // With less motion asked of the system, the first click shows a picture, and the second sets it in motion.
      running = !running && (shown || !matchMedia('(prefers-reduced-motion: reduce)').matches);
      break;
    case 'step':
      running = false;
      step();
      break;
    case 'random':
      reset(Life.random(crypto.getRandomValues(new Uint32Array(1))[0]));
      break;
    case 'gun':
      reset(Life.gliderGun());
  }
  canvas.hidden = false;
  shown = true;
  toggle.textContent = running ? 'Stop' : 'Start';
  draw();
  frames = [];
  schedule();
  say(result, running ? 'Running.' : `Generation ${generation}: ${counting(life.population, 'cell')} live.`);
}

/** @param {Life} next */
function reset(next) {
  // JavaScript's garbage collector does not see the megabyte behind the object.
  life.free();
  life = next;
  generation = 0;
  say(clock, '');
}

function step() {
  life.step();
  generation += 1;
}

function draw() {
  const { size } = life;
  const address = life.draw();
  // Made again for each frame: when memory grows, older views lose their length.
  const pixels = new Uint8ClampedArray(memory.buffer, address, 4 * size * size);
  context.putImageData(new ImageData(pixels, size), 0, 0);
}

/** Asks for frames while somebody can see them. */
function schedule() {
  const wanted = running && onScreen && !document.hidden;
  if (wanted && !request) {
    lastFrame = 0;
    request = requestAnimationFrame(frame);
  } else if (!wanted && request) {
    cancelAnimationFrame(request);
    request = 0;
  }
}

/** @param {number} now */
function frame(now) {
  request = requestAnimationFrame(frame);
  if (now < due - EARLY_MS) return;
  // Counted from when this one was due, so that at 75 or 144 Hz the waits even out. What a slow
  // screen or a hidden page has missed is not caught up with.
  due = Math.max(due + FRAME_MS, now);
  const start = performance.now();
  step();
  const stepped = performance.now() - start;
  draw();
  if (lastFrame) frames = [...frames, { interval: now - lastFrame, step: stepped }].slice(-WINDOW);
  lastFrame = now;
  if (generation % (WINDOW / 2) === 0 && frames.length) showTimes();
}

/** Twice a second, and not in a live region: it should not be read out. */
function showTimes() {
  const { median } = summary(frames.map(({ interval }) => interval));
  // The browser's clock is coarser than a step: only the mean of many says how long one takes.
  const mean = frames.reduce((sum, { step }) => sum + step, 0) / frames.length;
  const share = (100 * mean) / median;
  say(clock, `A frame every ${median.toFixed(1)} ms, the median of ${frames.length}. `
    + `Of that a step takes ${mean.toFixed(2)} ms, ${share.toFixed(1)} %.`);
}
