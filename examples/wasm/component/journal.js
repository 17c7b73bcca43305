// What the component imports as `polyglot:series/journal`: transpile.js says so.

/** @type {string[]} */
export const lines = [];

/** @param {string} line */
export function write(line) {
  console.log("journal:  ", line);
  lines.push(line);
}
