// @ts-check
// Explains each byte of a gRPC-web body.

import { counting } from '../../shared/format.js';
import { fieldsOf } from '../../shared/protobuf.js';

/**
 * Some bytes that belong together.
 * @typedef {object} Part
 * @property {number} start
 * @property {number} end
 * @property {'frame' | 'tag' | 'length' | 'value' | 'trailers'} kind
 * @property {string} name
 * @property {string} meaning
 */

const WIRE_TYPES = ['a varint', '8 bytes', 'its length follows', '', '', '4 bytes'];
const decoder = new TextDecoder();

/**
 * The parts of a body, in order.
 * @param {Uint8Array} body
 * @param {string[]} names of the message's fields, from field 1 on
 * @returns {Part[]}
 */
export function partsOf(body, names) {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  /** @type {Part[]} */
  const parts = [];
  for (let at = 0; at < body.length; ) {
    const start = at + 5;
    if (start > body.length) throw new RangeError(`the frame at byte ${at} is cut off`);
    const length = view.getUint32(at + 1);
    const end = start + length;
    if (end > body.length) throw new RangeError(`the frame at byte ${at} is longer than the body`);
    const trailers = (body[at] & 0x80) !== 0;
    parts.push(
      { start: at, end: at + 1, kind: 'frame', name: 'flag', meaning: describeFlag(body[at]) },
      { start: at + 1, end: start, kind: 'frame', name: 'length', meaning: describeLength(length, trailers) },
      ...(trailers ? trailersOf(body, start, end) : messageOf(body, start, end, names)),
    );
    at = end;
  }
  return parts;
}

/** @param {number} flag */
function describeFlag(flag) {
  const what = (flag & 0x80) !== 0 ? 'the top bit is set: trailers' : 'a message';
  return `${what}, ${(flag & 1) !== 0 ? 'compressed' : 'not compressed'}`;
}

/** @param {number} length @param {boolean} trailers */
function describeLength(length, trailers) {
  if (length === 0) return 'no bytes follow: a message with only default values is empty';
  return `${counting(length, 'byte')} of ${trailers ? 'trailers' : 'message'}, the highest byte first`;
}

/**
 * @param {Uint8Array} body
 * @param {number} from
 * @param {number} to
 * @param {string[]} names
 * @returns {Part[]}
 */
function messageOf(body, from, to, names) {
  return [...fieldsOf(body, from, to)].flatMap(({ number, wireType, start, length, value, end }) => {
    const name = names[number - 1] ?? 'a field that this page does not know';
    /** @type {Part[]} */
    const parts = [{
      start,
      end: length,
      kind: 'tag',
      name: 'tag',
      meaning: `field ${number}, ${name}; wire type ${wireType}: ${WIRE_TYPES[wireType]}`,
    }];
    if (length < value) {
      parts.push({ start: length, end: value, kind: 'length', name: 'length', meaning: `${counting(end - value, 'byte')}, as a varint` });
    }
    const text = `${JSON.stringify(decoder.decode(body.subarray(value, end)))}, in UTF-8`;
    parts.push({ start: value, end, kind: 'value', name: 'value', meaning: wireType === 2 ? text : 'a number' });
    return parts;
  });
}

/**
 * The trailers, written as lines like the headers of HTTP/1.
 * @param {Uint8Array} body
 * @param {number} from
 * @param {number} to
 * @returns {Part[]}
 */
function trailersOf(body, from, to) {
  // In Latin-1 each byte is a character, so that a line is as long as its text.
  const lines = new TextDecoder('latin1').decode(body.subarray(from, to)).match(/[^\n]+\n?/g) ?? [];
  let end = from;
  return lines.map(line => {
    const start = end;
    end += line.length;
    const [name, value] = line.trim().split(/: ?(.*)/);
    return { start, end, kind: 'trailers', name, meaning: describeTrailer(name, value) };
  });
}

/** @param {string} name @param {string} value */
function describeTrailer(name, value) {
  return name === 'grpc-status' && value === '0' ? '0 is OK: only now does the page know that the call succeeded' : value;
}
