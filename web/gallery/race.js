// @ts-check
// One picture, drawn by five, one after the other.

import { Picture } from '../shared/canvas.js';
import { setState } from '../shared/card.js';
import { byId, say } from '../shared/dom.js';
import { compile } from '../shared/fetch-wasm.js';
import { milliseconds, whole } from '../shared/format.js';
import { loadOps } from '../shared/ops.js';
import { HEIGHT, PRESETS, WIDTH } from '../shared/views.js';
import { drawInC, drawInJs, drawInRust, drawInWorkers, drawWithSimd } from './contenders.js';
import { summary } from '../shared/measure.js';

const ROUNDS = 7;
const VIEW = PRESETS.whole;

/** @param {HTMLElement} card @returns {Promise<import('../gallery.js').Fact[]>} */
export async function run(card) {
  const canvas = byId('race-canvas', HTMLCanvasElement);
  canvas.hidden = true;
  card.querySelectorAll('.lane').forEach(clear);
  const lanes = [
    new Lane('js', await drawInJs()),
    new Lane('rust', await drawInRust()),
    new Lane('simd', await drawWithSimd()),
    new Lane('c', await drawInC()),
    new Lane('workers', await drawInWorkers()),
  ];
  try {
    // The first round warms up. Then all take turns, so that a machine that grows slow is slow to all.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const lane of lanes) {
        setState(lane.row, 'loading');
        // A timer lets the page paint and answer between two pictures.
        await new Promise(resolve => setTimeout(resolve));
        const start = performance.now();
        lane.pixels = await lane.contender.draw(VIEW);
        if (round > 0) lane.times.push(performance.now() - start);
        setState(lane.row, 'done');
      }
    }
  } finally {
    // Workers do not end by themselves, whether or not the race does.
    for (const { contender } of lanes) contender.stop?.();
  }

  const [js, ...others] = lanes;
  const different = others.filter(({ pixels }) => !pixels.every((n, i) => n === js.pixels[i]));
  const picture = new Picture(canvas);
  canvas.hidden = false;
  for (let row = 0; row < HEIGHT; row++) {
    picture.paint(row, js.pixels.subarray(row * WIDTH, (row + 1) * WIDTH), VIEW.iterations);
  }
  const longest = Math.max(...lanes.map(({ times }) => summary(times).max));
  for (const lane of lanes) lane.show(longest, summary(js.times).median);

  if (different.length > 0) {
    const names = different.map(({ contender }) => contender.name).join(', ');
    return [['Not the same picture', `other pixels than JavaScript’s: ${names}`]];
  }
  const ops = await loadOps(await compile('pkg/ops.wasm'));
  const checksum = ops.checksum(bytesOf(js.pixels)).toString(16).padStart(8, '0');
  const pixels = whole(js.pixels.length);
  return [['Five times the same picture', `identical: ${pixels} pixels, CRC-32C ${checksum}`]];
}

/** @param {Uint32Array} pixels */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Nothing of an earlier race is left. @param {Element} lane */
function clear(lane) {
  /** @type {HTMLElement} */ (lane.querySelector('.bar')).removeAttribute('style');
  for (const place of lane.querySelectorAll('.time, .spread')) place.replaceChildren();
}

/** A contender's line: who, how long, and the bar. */
class Lane {
  /** @type {number[]} in ms */
  times = [];
  /** @type {Uint32Array} */
  pixels = new Uint32Array(0);

  /**
   * @param {string} key as in gallery.html
   * @param {import('./contenders.js').Contender} contender
   */
  constructor(key, contender) {
    this.contender = contender;
    this.row = byId(`race-${key}`, HTMLElement);
  }

  /**
   * @param {number} longest the time that fills the bar, in ms
   * @param {number} js JavaScript's median, in ms
   */
  show(longest, js) {
    const { median, min, max } = summary(this.times);
    const bar = /** @type {HTMLElement} */ (this.row.querySelector('.bar'));
    bar.style.setProperty('--total', String(median / longest));
    bar.style.setProperty('--min', String(min / longest));
    bar.style.setProperty('--max', String(max / longest));
    say(/** @type {HTMLElement} */ (this.row.querySelector('.time')), milliseconds(median));
    const spread = `${min.toFixed(1)} to ${max.toFixed(1)} ms · ${(median / js).toFixed(2)} × JavaScript`;
    say(/** @type {HTMLElement} */ (this.row.querySelector('.spread')), spread);
  }
}
