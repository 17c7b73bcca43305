// @ts-check
// Counts the open streams of this page in all tabs of the browser, because each holds a connection.

import { marked } from './dom.js';

/** The number of connections that a browser opens to a server that speaks HTTP/1.1. */
const CONNECTIONS = 6;
const LOCK = 'polyglot: an open stream';

/**
 * Counts a stream while it is open.
 * @param {() => Promise<void>} stream
 */
export async function counted(stream) {
  // Locks are not available on a page that was loaded over plain HTTP from another machine.
  await (navigator.locks ? navigator.locks.request(LOCK, { mode: 'shared' }, stream) : stream());
}

/**
 * The sentence for a call that failed. If the call waited for a connection, the sentence says so.
 * @param {{ answered: boolean, code?: string, sentence: import('./dom.js').Marked }} trouble
 */
export async function orCrowded({ answered, code, sentence }) {
  const why = !answered && code === 'DEADLINE_EXCEEDED' ? await crowded() : '';
  return why ? marked`No connection was free for this call. ${why}` : sentence;
}

/** A sentence if streams hold all connections; otherwise empty. */
export async function crowded() {
  const [page] = performance.getEntriesByType('navigation');
  const { nextHopProtocol } = /** @type {PerformanceNavigationTiming} */ (page);
  if (/^h[23]/.test(nextHopProtocol) || !navigator.locks) return '';
  const { held = [] } = await navigator.locks.query();
  const open = held.filter(({ name }) => name === LOCK).length;
  if (open < CONNECTIONS) return '';
  return marked`${open} streams of this page are open in this browser. It opens at most ${CONNECTIONS} connections to a server that speaks HTTP/1.1, so further calls and further tabs wait until a stream ends. Over HTTP/2, which needs TLS in a browser, they would all share one connection.`;
}
