// @ts-check
// Starts the page: first the visible part, then the cards.

import { code, marked } from './shared/dom.js';
import { showServer } from './shared/server-status.js';

showServer(marked`Plain files: FFI and gRPC need the server. Start it with ${code('cargo run -- serve')}.`);
// Until a card has started, the browser would submit its form to this address.
document.addEventListener('submit', event => event.preventDefault());
// The first paint needs only a little code. The page fetches the rest after that paint.
requestAnimationFrame(() => setTimeout(() => import('./cards.js')));
