// @ts-check
// The line at the top of the page that says whether a server answers, and the links to pages that only a server has.

import { byId, code, marked, say } from './dom.js';
import { served } from '../server.js';

/** @param {import('./dom.js').Marked} offline the text for plain files */
export function showServer(offline) {
  if (!served) {
    setServer('offline', offline);
    return;
  }
  showServed();
  for (const place of document.querySelectorAll('[data-href]')) {
    const link = document.createElement('a');
    link.href = place.getAttribute('data-href') ?? '';
    link.className = place.className;
    link.append(...place.childNodes);
    place.replaceWith(link);
  }
}

export function showServed() {
  setServer('done', marked`Served with gRPC from ${code(location.host)}`);
}

let shown = '';

/** @param {import('./dom.js').State} state @param {import('./dom.js').Marked} sentence */
export function setServer(state, sentence) {
  if (shown === String(sentence)) return;
  shown = String(sentence);
  const status = byId('server-status', HTMLElement);
  status.dataset.state = state;
  say(status, sentence);
}
