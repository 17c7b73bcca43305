// @ts-check
// Writes text to the page. A string is data, and is shown unchanged, whatever it contains. Only the tag `marked` and
// the function `code` make mark-up; they take the text of a reader or a server as values.

/** @typedef {'idle' | 'loading' | 'done' | 'error' | 'offline'} State */

/** A sentence, parts of which are code. */
export class Marked {
  /** @param {[kind: '' | 'code', part: string][]} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /** The parts of a value; everything but a Marked is data. @param {unknown} value */
  static partsOf(value) {
    return value instanceof Marked ? value.parts : new Marked([['', String(value)]]).parts;
  }

  /** Plain text, for places without elements, such as a console. */
  toString() {
    return this.parts.map(([kind, part]) => (kind ? `\`${part}\`` : part)).join('');
  }
}

/**
 * A sentence of literals and values: marked`Start it with ${code(command)}. (${message})`.
 * @param {TemplateStringsArray} literals
 * @param {...unknown} values data, or a Marked
 */
export function marked(literals, ...values) {
  return new Marked(literals.flatMap((literal, i) => [
    ...Marked.partsOf(literal), ...(i < values.length ? Marked.partsOf(values[i]) : []),
  ]));
}

/** Code, as part of a sentence. @param {unknown} value */
export const code = value => new Marked([['code', String(value)]]);

/**
 * The element with this id; throws if the page has none.
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
 * Replaces the text of an element.
 * @param {HTMLElement} element
 * @param {string | Marked} shown
 */
export function say(element, shown) {
  element.replaceChildren(...Marked.partsOf(shown).map(([kind, part]) => {
    if (!kind) return part;
    const code = document.createElement(kind);
    code.textContent = part;
    return code;
  }));
}
