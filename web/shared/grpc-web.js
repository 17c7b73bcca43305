// @ts-check
// gRPC-web by hand: what the generated client does for the other cards.

import { fieldsOf } from './protobuf.js';

const decoder = new TextDecoder();

/** The statuses of gRPC, by their number. */
export const STATUSES = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS',
  'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE',
  'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
];

/**
 * A message as gRPC sends it: behind a flag, 0 for 'not compressed', and its length.
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

/** What the server is told to keep, and this page keeps as well. */
const DEADLINE_S = 10;

export const HEADERS = {
  'content-type': 'application/grpc-web+proto',
  'grpc-timeout': `${DEADLINE_S}S`,
};

/**
 * Rejects with a TypeError when nobody answers, or nobody who speaks gRPC-web; with a TimeoutError
 * when the deadline passes.
 * @param {string} method such as 'hello.Greeter/SayHello'
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {AbortSignal} signal ends the call
 * @returns {Promise<{ status: number, headers: Headers, body: Uint8Array }>}
 */
export async function call(method, body, signal) {
  const deadline = AbortSignal.timeout(1000 * DEADLINE_S);
  const response = await fetch(method, {
    method: 'POST',
    headers: HEADERS,
    body,
    signal: AbortSignal.any([signal, deadline]),
  });
  const { status, headers } = response;
  // A call that failed is HTTP 200 as well, so a proxy's 502 is told by its type.
  if (!headers.get('content-type')?.startsWith('application/grpc-web')) {
    throw new TypeError(`HTTP ${status}, which is no answer of gRPC-web`);
  }
  return { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
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

const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';
/**
 * What is wrong with which field of the request.
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
