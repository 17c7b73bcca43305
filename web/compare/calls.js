// @ts-check
// The calls of the comparison over gRPC-web, by hand: each message is written and read here.

import { call, frame, varint } from '../grpc-web.js';
import { fieldsOf } from '../protobuf.js';

const decoder = new TextDecoder();

/** By their number. */
const STATUSES = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS',
  'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE',
  'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
];

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
 * The messages that a method answers with. Rejects with an RpcError when it ends with a status.
 * @param {string} method
 * @param {Uint8Array} request
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array[]>}
 */
export async function ask(method, request, signal) {
  const { headers, body } = await call(method, frame(request), signal);
  const messages = [];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let status = headers.get('grpc-status');
  let message = headers.get('grpc-message');
  for (let at = 0; at < body.length; ) {
    const end = at + 5 + view.getUint32(at + 1);
    const content = body.subarray(at + 5, end);
    if ((body[at] & 0x80) === 0) messages.push(content);
    else [status, message] = trailers(decoder.decode(content));
    at = end;
  }
  // Without a status it was cut off, whatever has come.
  if (status !== '0') throw rpcError(Number(status ?? 15), decodeURIComponent(message ?? ''));
  return messages;
}

/** @param {string} lines as HTTP/1 has them @returns {(string | null)[]} the status and its message */
function trailers(lines) {
  const value = (/** @type {string} */ name) => lines.match(new RegExp(`^${name}: ?(.*)`, 'm'))?.[1].trim() ?? null;
  return [value('grpc-status'), value('grpc-message')];
}

/** As the generated client has it. @param {number} status @param {string} message */
function rpcError(status, message) {
  const error = Object.assign(new Error(message), { code: STATUSES[status] ?? 'UNKNOWN' });
  error.name = 'RpcError';
  return error;
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

/** Varints, one after the other, as a packed field has them. @param {Uint8Array} bytes */
export function unpack(bytes) {
  const numbers = [];
  for (let at = 0; at < bytes.length; at++) {
    let n = 0;
    // Of 64 bits, the lower 32 are kept.
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
