// @ts-check
// Limits the time that a card waits for a call, a file or a worker.

/** The longest wait for an answer, or for a stream's next row. */
export const DEADLINE_S = 10;

/** The error of a wait that was too long; trouble.js explains it. */
export function noAnswer() {
  const error = new Error(`no answer within ${DEADLINE_S} seconds`);
  return Object.assign(error, { code: 'DEADLINE_EXCEEDED', cause: 'late' });
}

/**
 * Waits for the promise, but not longer than the deadline. Whatever the promise waits for may still come: then the next
 * attempt finds it.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export function inTime(promise) {
  const deadline = new Deadline();
  return Promise.race([promise, deadline.passed]).finally(() => deadline.clear());
}

/** A deadline that starts again with each sign of life. */
export class Deadline {
  /** @type {Promise<never>} */
  passed;
  /** @type {(error: Error) => void} */
  #fail = () => {};
  #timer = 0;

  constructor() {
    this.passed = new Promise((_, reject) => (this.#fail = reject));
    this.extend();
  }

  extend() {
    this.clear();
    this.#timer = setTimeout(() => this.#fail(noAnswer()), 1000 * DEADLINE_S);
  }

  clear() {
    clearTimeout(this.#timer);
  }
}
