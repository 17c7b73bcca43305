// @ts-check
// Keeps the status line at the top of the page up to date: asks the server every few seconds, and learns from every call.

import { crowded } from './connections.js';
import { code, marked } from './dom.js';
import { setServer, showServed } from './server-status.js';
import { serveCommand } from '../trouble.js';
import { served } from '../server.js';

/** The time between questions to the server, in ms, and the time while the right answer does not come. */
const EVERY = 5000;
const GONE_EVERY = 1000;
/** The time to wait for an answer, in seconds. */
const PATIENCE_S = 4;

const HOST = code(location.host);
const GONE = marked`The server at ${HOST} does not answer. Start it with ${serveCommand()}.`;
const LATE = marked`The server at ${HOST} has not answered for over ${PATIENCE_S} seconds: it may be busy.`;
const FOREIGN = marked`Another server, or a proxy, answers at ${HOST}. Stop it, then start ${serveCommand()}.`;

let timer = 0;

export function startHeartbeat() {
  if (!served) return;
  document.addEventListener('visibilitychange', ask);
  timer = setTimeout(ask, EVERY);
}

/** Records whether the server answered a call. @param {boolean} answers */
export const heard = answers => know(answers ? '' : GONE);

/** Shows what is wrong, if anything is, and asks again later. @param {import('./dom.js').Marked | ''} wrong */
function know(wrong) {
  if (!served) return;
  if (wrong) setServer('error', wrong);
  else showServed();
  clearTimeout(timer);
  timer = setTimeout(ask, wrong ? GONE_EVERY : EVERY);
}

async function ask() {
  clearTimeout(timer);
  // A hidden page need not ask.
  if (!document.hidden) know(await wrongWithServer());
}

async function wrongWithServer() {
  try {
    const response = await fetch('server.js', { cache: 'no-store', signal: AbortSignal.timeout(1000 * PATIENCE_S) });
    // Another server may have this file, too, but only this page's says that.
    return /served = true/.test(await response.text()) ? '' : FOREIGN;
  } catch (error) {
    // The server may be well if all connections are in use.
    return /** @type {Error} */ (error).name === 'TimeoutError' ? (await crowded()) || LATE : GONE;
  }
}
