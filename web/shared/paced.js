// @ts-check
// Back-pressure in the page. The generated client takes all that has arrived without a pause: it awaits each message, but
// one that is there already costs a microtask only, and no click, timer or frame comes between two of those. A stream that
// is faster than its reader would freeze the tab. So answers of gRPC-web are handed over in pieces, with pauses. What is not
// read fills the connection's buffers, until the server has to wait.

/** How long the page works on an answer before everything else has a turn, in ms. */
const SLICE_MS = 8;
/** The size of a piece, in bytes: about a hundred small messages. */
const PIECE = 2048;

/** From now on, for the calls of the generated client: it takes the page's own `fetch`, and has no other way in. */
export function paceAnswers() {
  const { fetch } = globalThis;
  globalThis.fetch = async (request, init) => {
    const response = await fetch(request, init);
    const generated = request instanceof Request && request.headers.has('x-grpc-web');
    if (!generated || !response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(paced(response.body), { status, statusText, headers });
  };
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
export function paced(body) {
  const reader = body.getReader();
  let rest = new Uint8Array();
  let pause = performance.now();
  return new ReadableStream({
    async pull(controller) {
      if (performance.now() - pause > SLICE_MS) {
        // A timer, unlike a promise, lets the page paint and answer.
        await new Promise(resolve => setTimeout(resolve));
        pause = performance.now();
      }
      while (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        rest = value;
      }
      controller.enqueue(rest.subarray(0, PIECE));
      rest = rest.subarray(PIECE);
    },
    cancel: reason => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
