// @ts-check
// Starts the page: first what is seen, then the cards, each by itself, so that one card's trouble stays
// in that card.

import { served } from './server.js';
import { showServer } from './shared/server-status.js';

showServer('Plain files: FFI and gRPC need the server, `cargo run -- serve`.');
// Until its card has started, a form would be sent to this address.
document.addEventListener('submit', event => event.preventDefault());
// What the first picture of the page needs is small. The rest is fetched when that is on the screen.
requestAnimationFrame(() => setTimeout(startCards));

async function startCards() {
  const cards = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.card[id$="-card"]'));
  await Promise.allSettled([
    ...Array.from(cards, startCard),
    import('./shared/sizes.js').then(({ showSizes }) => showSizes()),
    import('./shared/code-blocks.js').then(({ colourCode }) => colourCode()),
  ]);
  document.body.dataset.state = 'done';
}

/** Starts the card NAME-card with cards/NAME.js. @param {HTMLElement} card */
async function startCard(card) {
  const { start } = await import(`./cards/${card.id.replace('-card', '')}.js`);
  await start(card, served);
}
