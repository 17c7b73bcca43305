// @ts-check
// How many streams of this page are open, in all tabs of this browser: each holds a connection.

import { marked } from './dom.js';

/** How many connections a browser opens to a server that speaks HTTP/1.1. */
const CONNECTIONS = 6;
const LOCK = 'polyglot: an open stream';

/**
 * Counts a stream while it is open.
 * @param {() => Promise<void>} stream
 */
export async function counted(stream) {
  // A page that came over HTTP from another machine has no locks.
  await (navigator.locks ? navigator.locks.request(LOCK, { mode: 'shared' }, stream) : stream());
}

/**
 * The sentence for a call that failed; where it waited for a connection, that says so.
 * @param {{ answered: boolean, code?: string, sentence: import('./dom.js').Marked }} trouble
 */
export async function orCrowded({ answered, code, sentence }) {
  const why = !answered && code === 'DEADLINE_EXCEEDED' ? await crowded() : '';
  return why ? marked`No connection was free for this call. ${why}` : sentence;
}

/** What to say when streams hold all connections; nothing when they do not. */
export async function crowded() {
  const [page] = performance.getEntriesByType('navigation');
  const { nextHopProtocol } = /** @type {PerformanceNavigationTiming} */ (page);
  if (/^h[23]/.test(nextHopProtocol) || !navigator.locks) return '';
  const { held = [] } = await navigator.locks.query();
  const open = held.filter(({ name }) => name === LOCK).length;
  if (open < CONNECTIONS) return '';
  return marked`${open} streams of this page are open in this browser. It opens at most ${CONNECTIONS} connections to a server that speaks HTTP/1.1, so further calls and further tabs wait until a stream ends. Over HTTP/2, which takes TLS, they would all share one connection.`;
}
