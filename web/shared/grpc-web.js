// @ts-check
// gRPC-web by hand. For the other cards, the generated client does this.

import { DEADLINE_S, noAnswer } from './deadline.js';
import { fieldsOf } from './protobuf.js';

const decoder = new TextDecoder();

/** The statuses of gRPC, by their number. */
export const STATUSES = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS',
  'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE',
  'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
];

/**
 * A message as gRPC sends it: after a flag, 0 for 'not compressed', and its length.
 * @param {Uint8Array} message
 */
export function frame(message) {
  const bytes = new Uint8Array(5 + message.length);
  // The highest byte first, as DataView writes unless told otherwise.
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
}

export const METHOD = 'hello.Greeter/SayHello';

/** The server keeps the deadline that a request carries; this page keeps it too. */
export const HEADERS = {
  'content-type': 'application/grpc-web+proto',
  'grpc-timeout': `${DEADLINE_S}S`,
};

/** A call that ended without an answer; the same fields as in the generated client's error. */
export class RpcError extends Error {
  name = 'RpcError';

  /**
   * @param {string} code such as "INVALID_ARGUMENT"
   * @param {string} message
   * @param {'gone' | 'foreign'} [cause] if no server sent this status: the server is gone, or does not speak gRPC-web
   */
  constructor(code, message, cause) {
    super(message);
    this.code = code;
    this.cause = cause;
  }
}

/**
 * Makes a call. Rejects with an RpcError if the response is not gRPC-web.
 * @param {string} method such as 'hello.Greeter/SayHello'
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {AbortSignal} signal ends the call
 * @returns {Promise<{ status: number, headers: Headers, body: Uint8Array }>}
 */
export async function call(method, body, signal) {
  const deadline = AbortSignal.timeout(1000 * DEADLINE_S);
  const either = AbortSignal.any([signal, deadline]);
  const request = { method: 'POST', headers: HEADERS, body, signal: either };
  const response = await fetch(method, request).catch(failed);
  const { status, headers } = response;
  const type = headers.get('content-type') ?? 'no type';
  // A failed call also has the HTTP status 200, so the content type is what tells a proxy's error page apart.
  if (!type.startsWith('application/grpc-web')) {
    throw new RpcError(HTTP_STATUSES[status] ?? 'UNKNOWN', `HTTP ${status} with ${type}`, 'foreign');
  }
  return { status, headers, body: new Uint8Array(await response.arrayBuffer().catch(failed)) };
}

/** The gRPC status of a response that has only an HTTP status. @type {Record<number, string>} */
const HTTP_STATUSES = {
  400: 'INTERNAL', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'UNIMPLEMENTED',
  429: 'UNAVAILABLE', 502: 'UNAVAILABLE', 503: 'UNAVAILABLE', 504: 'UNAVAILABLE',
};

/** Throws the gRPC status of a fetch that failed. @param {Error} error @returns {never} */
function failed(error) {
  if (error.name === 'TimeoutError') throw noAnswer();
  if (error.name === 'AbortError') throw error;
  throw new RpcError('UNAVAILABLE', `${error.name}: ${error.message}`, 'gone');
}

/**
 * The messages with which a method answers. Rejects with an RpcError if the status is not OK.
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
  // A response without a status was cut off, even if messages have arrived.
  if (status !== '0') throw new RpcError(STATUSES[Number(status ?? 15)] ?? 'UNKNOWN', percentDecoded(message ?? ''));
  return messages;
}

/** @param {string} lines written like the headers of HTTP/1 @returns {(string | null)[]} the status and its message */
function trailers(lines) {
  const value = (/** @type {string} */ name) => lines.match(new RegExp(`^${name}: ?(.*)`, 'm'))?.[1].trim() ?? null;
  return [value('grpc-status'), value('grpc-message')];
}

/** Decodes a status message; one that is not percent-encoded is returned unchanged. @param {string} message */
export function percentDecoded(message) {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';

/**
 * The violations that a status reports, by field of the request.
 * @param {Uint8Array} details a google.rpc.Status
 * @returns {{ field: string, description: string }[]}
 */
export function fieldViolations(details) {
  return valuesOf(details, 3)
    .filter(any => valuesOf(any, 1).some(type => decoder.decode(type) === BAD_REQUEST))
    .flatMap(any => valuesOf(any, 2))
    .flatMap(badRequest => valuesOf(badRequest, 1))
    .map(violation => ({ field: textsOf(violation, 1), description: textsOf(violation, 2) }));
}

/** The bytes of each field with this number. @param {Uint8Array} message @param {number} number */
function valuesOf(message, number) {
  return [...fieldsOf(message)]
    .filter(field => field.number === number && field.wireType === 2)
    .map(field => message.subarray(field.value, field.end));
}

/** @param {Uint8Array} message @param {number} number */
function textsOf(message, number) {
  return valuesOf(message, number).map(text => decoder.decode(text)).join('');
}
