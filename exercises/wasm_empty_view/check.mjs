// Calls the answer with a module. Usage: node check.mjs ANSWER BYTES
const [answer, bytes] = process.argv.slice(2);
const { place } = await import(answer);
const { instance } = await WebAssembly.instantiate(Uint8Array.from(bytes.split(',')));

for (const values of [[11.5, 14.5, 10], [-3], [1, 2]]) {
  const view = place(instance.exports, values);
  const expected = `[${values}]`;
  if (!(view instanceof Float64Array)) fail(`${view}, and should be a Float64Array`);
  if (view.length === 0) fail(`empty, and should be ${expected}`);
  if (`[${view}]` !== expected) fail(`[${view}], and should be ${expected}`);
  const read = values.map((_, index) => instance.exports.get(view.byteOffset + 8 * index));
  if (`[${read}]` !== expected) fail(`${expected}, but the module reads [${read}] there`);
}

/** @param {string} what */
function fail(what) {
  console.error(`the view is ${what}`);
  process.exit(1);
}
