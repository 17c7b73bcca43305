// The view is made last: each call into the module may grow its memory.

/**
 * Writes the values into the module's memory, and returns a view of them, which is valid until the
 * next call.
 * @param {{
 *   memory: WebAssembly.Memory,
 *   alloc: (bytes: number) => number,
 *   announce: (count: number) => void,
 * }} guest
 * @param {number[]} values
 */
export function place(guest, values) {
  const pointer = guest.alloc(values.length * 8);
  guest.announce(values.length);
  const view = new Float64Array(guest.memory.buffer, pointer, values.length);
  view.set(values);
  return view;
}
