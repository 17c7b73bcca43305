// @ts-check
// Keeps the line in the page's head true: whether the server answers is asked again and again, and every call tells.

import { code, marked } from './dom.js';
import { setServer, showServed } from './server-status.js';
import { serveCommand } from '../trouble.js';
import { served } from '../server.js';

/** How often the server is asked, in ms, and how often while it is gone. */
const EVERY = 5000;
const GONE_EVERY = 1000;
/** How long it may take to answer, in ms. A late answer says nothing: all connections may be in use. */
const PATIENCE = 4000;

let gone = false;
let timer = 0;

export function startHeartbeat() {
  if (!served) return;
  document.addEventListener('visibilitychange', ask);
  timer = setTimeout(ask, EVERY);
}

/** What a call has found out. @param {boolean} answers */
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
  // A page that cannot be seen need not know.
  if (document.hidden) return;
  try {
    await fetch('server.js', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    heard(true);
  } catch (error) {
    heard(/** @type {Error} */ (error).name === 'TimeoutError' ? !gone : false);
  }
}
