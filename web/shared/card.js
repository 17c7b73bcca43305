// @ts-check
// Functions that every card uses to change the page.

import { Marked, code, marked, say } from './dom.js';

/** @typedef {import('./dom.js').State} State */

/**
 * Sets the state, which style.css shows and the tests read.
 * @param {HTMLElement} element
 * @param {State} state
 */
export function setState(element, state) {
  element.dataset.state = state;
  element.setAttribute('aria-busy', String(state === 'loading'));
}

/**
 * Shows an outcome: its state and its text.
 * @param {HTMLElement} element
 * @param {State} state
 * @param {string | Marked} shown
 */
export function show(element, state, shown) {
  setState(element, state);
  say(element, shown);
}

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {...(Node | string)} content
 */
export function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/**
 * Writes the values that travel along a card's path.
 * @param {HTMLElement} card
 * @param {string} [out]
 * @param {string} [back] the answer, once it has arrived
 * @param {string} [time] how long the call took
 */
export function showPath(card, out = '…', back = '…', time = '') {
  for (const place of card.querySelectorAll('[data-out]')) place.textContent = shorten(out);
  for (const place of card.querySelectorAll('[data-back]')) place.textContent = shorten(back);
  for (const place of card.querySelectorAll('[data-time]')) place.textContent = time;
}

/** @param {string} long */
const shorten = long => (long.length > 80 ? `${long.slice(0, 79)}…` : long);

/** Disables a card that needs the server, because this page has none. @param {HTMLElement} card */
export function takeOffline(card) {
  setState(card, 'offline');
  for (const control of card.querySelectorAll('input, button')) {
    control.setAttribute('disabled', '');
  }
}

/** The text of a card without a server. */
export const OFFLINE = marked`Server not running: this page was loaded from plain files. Run ${code('cargo run -- serve')} in the repository, then open the address that it prints.`;
