// @ts-check
// Protobuf's wire format by hand, without generated code: writes messages, and reads them field by field.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * HelloRequest { name }, as protobuf writes it: a tag, a length, and the text.
 * @param {string} name
 */
export function helloRequest(name) {
  const text = encoder.encode(name);
  // A field that holds its default value, here '', is not sent at all.
  return text.length === 0 ? text : bytesField(1, text);
}

/**
 * A field that holds bytes, text or another message.
 * @param {number} field
 * @param {Uint8Array} bytes
 */
export function bytesField(field, bytes) {
  // Wire type 2: the value starts with its length.
  const head = [(field << 3) | 2, ...varint(bytes.length)];
  const message = new Uint8Array(head.length + bytes.length);
  message.set(head);
  message.set(bytes, head.length);
  return message;
}

/**
 * A varint: seven bits in each byte, the lowest first; the top bit says that more bytes follow. A negative number
 * is encoded with 64 bits, whatever its field's type.
 * @param {number} n a whole number
 */
export function varint(n) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(n));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** A varint field; 0 is the default, which is not sent. @param {number} field @param {number} n */
export const number = (field, n) => (n === 0 ? [] : [field << 3, ...varint(n)]);

/** A double. @param {number} field @param {number} n */
export function double(field, n) {
  const bytes = new Uint8Array(9);
  bytes[0] = (field << 3) | 1;
  new DataView(bytes.buffer).setFloat64(1, n, true);
  return bytes;
}

/**
 * The places of the parts of one field.
 * @typedef {object} Field
 * @property {number} number
 * @property {number} wireType
 * @property {number} start where its tag starts
 * @property {number} length where its length starts, or its value if it has no length
 * @property {number} value where its value starts
 * @property {number} end
 */

/**
 * The fields of a message.
 * @param {Uint8Array} bytes
 * @returns {Generator<Field>} throws a RangeError if the bytes are not a message
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
    } else throw new RangeError(`byte ${start} is not a valid tag: wire type ${wireType} does not exist`);
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

/**
 * The bytes of a field, or undefined for its default, which is not sent.
 * @param {Uint8Array} message
 * @param {number} number
 */
export function fieldOf(message, number) {
  for (const field of fieldsOf(message)) {
    if (field.number === number) return message.subarray(field.value, field.end);
  }
  return undefined;
}

/** The text in a field. @param {Uint8Array} message @param {number} number */
export const textOf = (message, number) => decoder.decode(fieldOf(message, number));

/** The number in a field, of a varint or four bytes. @param {Uint8Array} message @param {number} number */
export function numberOf(message, number) {
  for (const { number: found, wireType, value, end } of fieldsOf(message)) {
    if (found !== number) continue;
    if (wireType === 5) return new DataView(message.buffer, message.byteOffset + value).getUint32(0, true);
    return unpack(message.subarray(value, end))[0] | 0;
  }
  return 0;
}

/** The numbers of a packed field: varints, one after the other. @param {Uint8Array} bytes */
export function unpack(bytes) {
  const numbers = [];
  for (let at = 0; at < bytes.length; at++) {
    let n = 0;
    // Keep the lower 32 of 64 bits.
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at];
      if (shift < 32) n |= (byte & 127) << shift;
      if (byte < 128 || at + 1 >= bytes.length) break;
      at++;
    }
    numbers.push(n >>> 0);
  }
  return numbers;
}
