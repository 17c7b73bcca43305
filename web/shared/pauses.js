// @ts-check
// Back-pressure in the page. A message that has arrived already costs the generated client a microtask only, and no click,
// timer or frame comes between two of those: a stream that is faster than its reader would freeze the tab. So the client
// awaits what a callback returns, and a callback returns a pause when one is due. What is not read meanwhile fills the
// connection's buffers, until the server has to wait.

/** How long the page works on a stream before everything else has a turn, in ms. */
const SLICE_MS = 8;

/** The pauses in one stream. */
export class Pauses {
  #last = performance.now();

  /** What the callback returns: a promise for the end of a pause, or nothing while none is due. */
  due() {
    if (performance.now() - this.#last < SLICE_MS) return undefined;
    // A timer, unlike a promise, lets the page paint and answer.
    return new Promise(resolve => setTimeout(resolve)).then(() => { this.#last = performance.now(); });
  }
}
