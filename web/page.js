// @ts-check
// Starts the page: each card by itself, so that one card's trouble stays in that card.

import { colourCode } from './code-blocks.js';
import { byId, say } from './dom.js';
import { startFfiCard } from './ffi-card.js';
import { startGrpcCard } from './grpc-card.js';
import { startPictureCard } from './picture-card.js';
import { served } from './server.js';
import { showSizes } from './sizes.js';
import { startWasmCard } from './wasm-card.js';

showServer();
startWasmCard();
startFfiCard(served);
startGrpcCard(served);
startPictureCard(served);
showSizes();
colourCode();

/** Says whether a server is there, and makes links of what only a server has. */
function showServer() {
  const status = byId('server-status', HTMLElement);
  status.dataset.state = served ? 'done' : 'offline';
  if (!served) {
    say(status, 'Plain files: FFI and gRPC need the server, `cargo run -- serve`.');
    return;
  }
  say(status, `Served with gRPC from \`${location.host}\``);
  for (const place of document.querySelectorAll('[data-href]')) {
    const link = document.createElement('a');
    link.href = place.getAttribute('data-href') ?? '';
    link.className = place.className;
    link.append(...place.childNodes);
    place.replaceWith(link);
  }
}
