// @ts-check
// The line in the page's head that says whether a server is there; and links to what only a server has.

import { byId, say } from './dom.js';
import { served } from '../server.js';

/** @param {string} offline what to say of plain files */
export function showServer(offline) {
  const status = byId('server-status', HTMLElement);
  status.dataset.state = served ? 'done' : 'offline';
  if (!served) {
    say(status, offline);
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
