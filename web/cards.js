// @ts-check
// Starts the card NAME-card with cards/NAME.js, each separately, so that a failure in one card does not affect the others.

import { served } from './server.js';
import { show } from './shared/card.js';
import { colourCode } from './shared/code-blocks.js';
import { inTime } from './shared/deadline.js';
import { startHeartbeat } from './shared/heartbeat.js';
import { showSizes } from './shared/sizes.js';
import { importTrouble } from './trouble.js';

const cards = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.card[id$="-card"]'));
await Promise.all(Array.from(cards, startCard));
startHeartbeat();
showSizes();
colourCode();
document.body.dataset.state = 'done';

/** @param {HTMLElement} card */
async function startCard(card) {
  try {
    const { start } = await inTime(import(`./cards/${card.id.replace('-card', '')}.js`));
    await start(card, served);
  } catch (error) {
    const result = /** @type {HTMLElement} */ (card.querySelector('output'));
    show(result, 'error', importTrouble('This card', error));
  }
}
