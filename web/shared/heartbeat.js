// @ts-check
// Keeps the status line at the top of the page up to date: asks the server every few seconds, and learns from every call.

import { code, marked } from './dom.js';
import { setServer, showServed } from './server-status.js';
import { serveCommand } from '../trouble.js';
import { served } from '../server.js';

/** The time between questions to the server, in ms, and the time while it does not answer. */
const EVERY = 5000;
const GONE_EVERY = 1000;
/** The time to wait for an answer, in ms. A late answer proves nothing: all connections may be in use. */
const PATIENCE = 4000;

let gone = false;
let timer = 0;

export function startHeartbeat() {
  if (!served) return;
  document.addEventListener('visibilitychange', ask);
  timer = setTimeout(ask, EVERY);
}

/** Records whether the server answered a call. @param {boolean} answers */
export function heard(answers) {
  if (!served) return;
  gone = !answers;
  if (answers) showServed();
  else setServer('error', marked`The server at ${code(location.host)} does not answer. Start it with ${serveCommand()}.`);
  clearTimeout(timer);
  timer = setTimeout(ask, gone ? GONE_EVERY : EVERY);
}

async function ask() {
  clearTimeout(timer);
  // A hidden page need not ask.
  if (document.hidden) return;
  try {
    await fetch('server.js', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    heard(true);
  } catch (error) {
    heard(/** @type {Error} */ (error).name === 'TimeoutError' ? !gone : false);
  }
}
