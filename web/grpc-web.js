// @ts-check
// gRPC-web by hand: what the generated client does for the other cards.

/**
 * HelloRequest { name }, as protobuf writes it: a tag, a length, and the text.
 * @param {string} name
 */
export function helloRequest(name) {
  const text = new TextEncoder().encode(name);
  // A field that holds its default value, here '', is not sent at all.
  if (text.length === 0) return text;
  // Field 1; wire type 2: the value starts with its length.
  const tag = (1 << 3) | 2;
  return Uint8Array.from([tag, ...varint(text.length), ...text]);
}

/** Seven bits in each byte, the lowest first; the top bit says that more follow. @param {number} n */
export function varint(n) {
  const bytes = [];
  for (; n > 127; n >>>= 7) bytes.push((n & 127) | 128);
  return [...bytes, n];
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
