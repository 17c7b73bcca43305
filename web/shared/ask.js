// @ts-check

/**
 * Posts one message to a worker and waits for the answer to it; `{ error }` rejects.
 * @param {Worker} worker that answers one message at a time
 * @param {unknown} message
 * @param {Transferable[]} [transfer] objects to move to the worker instead of copying them
 * @returns {Promise<any>}
 */
export function ask(worker, message, transfer = []) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data?.error ? reject(new Error(data.error)) : resolve(data));
    // The event of a file that did not arrive has no message.
    worker.onerror = ({ message }) => reject(message ? new Error(message) : new TypeError('failed to fetch the worker'));
    worker.postMessage(message, transfer);
  });
}
