// @ts-check
// Starts the gallery. A card loads nothing until it is run: the first click fetches its module.

import { colourCode } from './shared/code-blocks.js';
import { setState, show } from './shared/card.js';
import { inTime } from './shared/deadline.js';
import { marked, say } from './shared/dom.js';
import { startHeartbeat } from './shared/heartbeat.js';
import { showServer } from './shared/server-status.js';
import { showSizes } from './shared/sizes.js';
import { wasmTrouble } from './trouble.js';

/** @typedef {import('./shared/dom.js').Marked | string} Shown */
/** @typedef {[what: Shown, value: Shown]} Fact one line of a card's result: a question and its answer */

/**
 * The exports of `gallery/NAME.js`, for the card `card-NAME`. `run` returns the lines of the result, or
 * nothing if it has shown the result itself. The gallery shows an error that it throws as a sentence.
 * @typedef {{ run: (card: HTMLElement, button: HTMLButtonElement) => Promise<Fact[] | void> }} Card
 */

for (const button of document.querySelectorAll('[data-run]')) {
  if (button instanceof HTMLButtonElement) startCard(button);
}
showServer(marked`Plain files: every card works, because none of them needs a server.`);
startHeartbeat();
showSizes();
colourCode();

/** @param {HTMLButtonElement} button */
function startCard(button) {
  const card = /** @type {HTMLElement} */ (button.closest('.card'));
  const name = card.id.replace('card-', '');
  const result = /** @type {HTMLElement} */ (card.querySelector('[data-result]'));

  // Enter in a text field clicks its form's button, too.
  button.addEventListener('click', async event => {
    event.preventDefault();
    if (card.dataset.state === 'loading') return;
    setState(card, 'loading');
    show(result, 'loading', 'Running…');
    result.removeAttribute('data-stale');
    try {
      /** @type {Card} */
      const { run } = await inTime(import(`./gallery/${name}.js`));
      // The card reads its field only now.
      result.removeAttribute('data-stale');
      const facts = await run(card, button);
      if (facts) showFacts(result, facts);
      setState(card, 'done');
      setState(result, 'done');
    } catch (error) {
      setState(card, 'error');
      show(result, 'error', wasmTrouble(error));
    }
  });

  // The result belongs to what the field held when the card was run.
  card.addEventListener('input', () => result.toggleAttribute('data-stale', result.dataset.state !== 'idle'));
  for (const suggestion of card.querySelectorAll('[data-try]')) {
    suggestion.addEventListener('click', () => {
      const field = /** @type {HTMLInputElement} */ (card.querySelector('input'));
      field.value = suggestion.getAttribute('data-try') ?? '';
      button.click();
    });
  }
}

/**
 * Shows one line for each fact.
 * @param {HTMLElement} result
 * @param {Fact[]} facts
 */
function showFacts(result, facts) {
  result.replaceChildren(
    ...facts.map(fact => {
      const line = document.createElement('span');
      line.className = 'fact';
      for (const text of fact) {
        const part = line.appendChild(document.createElement('span'));
        say(part, text);
      }
      return line;
    }),
  );
}
