// Why is the view empty?

/**
 * Writes the values into the module's memory, and returns a view of them.
 * @param {{
 *   memory: WebAssembly.Memory,
 *   alloc: (bytes: number) => number,
 *   announce: (count: number) => void,
 * }} guest
 * @param {number[]} values
 */
export function place(guest, values) {
  const pointer = guest.alloc(values.length * 8);
  const view = new Float64Array(guest.memory.buffer, pointer, values.length);
  guest.announce(values.length);
  values.forEach((value, index) => {
    view[index] = value;
  });
  return view;
}
