// @ts-check
// Starts the page: first the visible part, then the cards.

import { inTime } from './shared/deadline.js';
import { code, marked } from './shared/dom.js';
import { setServer, showServer } from './shared/server-status.js';

showServer(marked`Plain files: FFI and gRPC need the server. Start it with ${code('cargo run -- serve')}.`);
// Until a card has started, the browser would submit its form to this address.
document.addEventListener('submit', event => event.preventDefault());
// The first paint needs only a little code. The page fetches the rest after that paint.
requestAnimationFrame(() => setTimeout(() => inTime(import('./cards.js')).catch(() =>
  setServer('error', marked`The rest of the page did not arrive. Check that the server is running, then reload the page.`))));
