// @ts-check
// What every card does to the page.

/** @typedef {'idle' | 'loading' | 'done' | 'error' | 'offline'} State */

/**
 * The element with this id, which this page has.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`this page has no ${type.name} #${id}`);
  return element;
}

/**
 * Sets the state that style.css draws and tests read.
 * @param {HTMLElement} element
 * @param {State} state
 */
export function setState(element, state) {
  element.dataset.state = state;
  element.setAttribute('aria-busy', String(state === 'loading'));
}

/**
 * Shows an outcome: its state, and its text, in which backticks mark code.
 * @param {HTMLElement} element
 * @param {State} state
 * @param {string} text
 */
export function show(element, state, text) {
  setState(element, state);
  say(element, text);
}

/**
 * Replaces an element's text; backticks mark code.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function say(element, text) {
  element.replaceChildren(
    ...text.split('`').map((part, i) => {
      if (i % 2 === 0) return part;
      const code = document.createElement('code');
      code.textContent = part;
      return code;
    }),
  );
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
 * @param {string} out
 * @param {string} [back] what has come back, if it has
 * @param {string} [time] how long that took
 */
export function showPath(card, out, back = '…', time = '') {
  for (const place of card.querySelectorAll('[data-out]')) place.textContent = shorten(out);
  for (const place of card.querySelectorAll('[data-back]')) place.textContent = shorten(back);
  for (const place of card.querySelectorAll('[data-time]')) place.textContent = time;
}

/** @param {string} text */
const shorten = text => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** Says in a card that needs the server that this page has none. @param {HTMLElement} card */
export function takeOffline(card) {
  setState(card, 'offline');
  for (const control of card.querySelectorAll('input, button')) {
    control.setAttribute('disabled', '');
  }
}

/** What a card without a server says. */
export const OFFLINE =
  'Server not running: this page came as plain files. Type `cargo run -- serve` in the repository, '
  + 'then open the address that it prints.';
