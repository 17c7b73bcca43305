// @ts-check
// Back-pressure: slows the sender down to the speed of the reader. To read a message that has already arrived, the
// generated client needs only a microtask, and the browser handles no click, timer or frame between two microtasks: a
// stream that is faster than its reader would freeze the tab. So the client awaits the result of the callback, and the
// callback returns a pause when one is due. Meanwhile unread messages fill the connection's buffers, until the server
// has to wait.

/** The time that the page works on a stream before everything else has its turn, in ms. */
const SLICE_MS = 8;

/** The pauses in one stream. */
export class Pauses {
  #last = performance.now();

  /** The value for the callback to return: a promise for the end of a pause, or undefined if no pause is due. */
  due() {
    if (performance.now() - this.#last < SLICE_MS) return undefined;
    // A timer, unlike a promise, lets the page paint and answer.
    return new Promise(resolve => setTimeout(resolve)).then(() => { this.#last = performance.now(); });
  }
}
