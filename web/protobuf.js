// @ts-check
// Protobuf's wire format, for readers that have no generated code. Numbers stay bytes.

/**
 * Where the parts of one field are.
 * @typedef {object} Field
 * @property {number} number
 * @property {number} wireType
 * @property {number} start where its tag starts
 * @property {number} length where its length starts, or its value when it has no length
 * @property {number} value where its value starts
 * @property {number} end
 */

/**
 * The fields of a message.
 * @param {Uint8Array} bytes
 * @returns {Generator<Field>} throws a RangeError when the bytes are no message
 */
export function* fieldsOf(bytes, at = 0, end = bytes.length) {
  while (at < end) {
    const start = at;
    const [tag, length] = readVarint(bytes, at, end);
    const wireType = tag & 7;
    let value = length;
    if (wireType === 0) [, at] = readVarint(bytes, length, end);
    else if (wireType === 1) at = length + 8;
    else if (wireType === 5) at = length + 4;
    else if (wireType === 2) {
      const [size, text] = readVarint(bytes, length, end);
      value = text;
      at = text + size;
    } else throw new RangeError(`byte ${start} is no tag: there is no wire type ${wireType}`);
    if (at > end) throw new RangeError(`the field at byte ${start} is longer than its message`);
    yield { number: tag >>> 3, wireType, start, length, value, end: at };
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} end
 * @returns {[value: number, end: number]}
 */
function readVarint(bytes, at, end) {
  let value = 0;
  for (let shift = 0; at < end && shift < 70; shift += 7) {
    const byte = bytes[at++];
    // Past 28 bits, `<<` would wrap.
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
  throw new RangeError(`the varint that ends at byte ${at} is cut off`);
}
