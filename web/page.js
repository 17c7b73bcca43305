// @ts-check
// Starts the page: first what is seen, then the cards, each by itself, so that one card's trouble stays
// in that card.

import { showServer } from './links.js';
import { served } from './server.js';

showServer('Plain files: FFI and gRPC need the server, `cargo run -- serve`.');
// A click in between does nothing, rather than send the form to nobody.
document.addEventListener('submit', event => event.preventDefault());
// What the first picture of the page needs is 15 KB. The rest is fetched when that is on the screen.
requestAnimationFrame(() => setTimeout(startCards));

async function startCards() {
  await Promise.allSettled([
    import('./ffi-card.js').then(({ startFfiCard }) => startFfiCard(served)),
    import('./wasm-card.js').then(({ startWasmCard }) => startWasmCard()),
    import('./grpc-card.js').then(({ startGrpcCard }) => startGrpcCard(served)),
    import('./stream-card.js').then(({ startStreamCard }) => startStreamCard(served)),
    import('./bytes-card.js').then(({ startBytesCard }) => startBytesCard(served)),
    import('./picture-card.js').then(({ startPictureCard }) => startPictureCard(served)),
    import('./compare-card.js').then(({ startCompareCard }) => startCompareCard(served)),
    import('./sizes.js').then(({ showSizes }) => showSizes()),
    import('./code-blocks.js').then(({ colourCode }) => colourCode()),
  ]);
  document.body.dataset.state = 'done';
}
