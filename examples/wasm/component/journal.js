// The module that the component imports as `polyglot:series/journal`, by the map in transpile.js.

/** @type {string[]} */
export const lines = [];

/** @param {string} line */
export function write(line) {
  console.log("journal:  ", line);
  lines.push(line);
}
