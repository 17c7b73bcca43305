// @ts-check
// gRPC-web by hand: what the generated client does for the other cards.

/**
 * HelloRequest { name }, as protobuf writes it: a tag, a length, and the text.
 * @param {string} name
 */
export function helloRequest(name) {
  const text = new TextEncoder().encode(name);
  // A field that holds its default value, here '', is not sent at all.
  return text.length === 0 ? text : bytesField(1, text);
}

/**
 * Bytes, text or a message in a message.
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
 * Seven bits in each byte, the lowest first; the top bit says that more follow. A negative number is
 * one of 64 bits, whatever its field's type.
 * @param {number} n a whole one
 */
export function varint(n) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(n));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

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
