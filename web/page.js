// @ts-check
// Starts the page: first what is seen, then the cards.

import { code, marked } from './shared/dom.js';
import { showServer } from './shared/server-status.js';

showServer(marked`Plain files: FFI and gRPC need the server, ${code('cargo run -- serve')}.`);
// Until its card has started, a form would be sent to this address.
document.addEventListener('submit', event => event.preventDefault());
// What the first picture of the page needs is small. The rest is fetched when that is on the screen.
requestAnimationFrame(() => setTimeout(() => import('./cards.js')));
