// @ts-check
// The bytes of one call: the request, the response, and the purpose of each byte.

import { OFFLINE, element, setState, show } from '../shared/card.js';
import { orCrowded } from '../shared/connections.js';
import { byId } from '../shared/dom.js';
import { milliseconds, whole } from '../shared/format.js';
import { HEADERS, METHOD, STATUSES, call, fieldViolations, frame, percentDecoded } from '../shared/grpc-web.js';
import { heard } from '../shared/heartbeat.js';
import { helloRequest } from '../shared/protobuf.js';
import { fetchTrouble } from '../trouble.js';
import { partsOf } from './bytes/parts.js';

/** @typedef {import('./bytes/parts.js').Part} Part */
/** @typedef {[name: string, value: string, meaning: string]} Header */

/** The time for which the name must stay unchanged before it is sent, in ms. */
const REST = 150;
/** Bytes in a row of the dump. */
const ROW = 8;
/** The most bytes of a part that the list shows. */
const MOST_IN_LIST = 4;
/** The most bytes of a body that are shown: a longer name shows nothing new. */
const MOST_BYTES = 320;

/** @param {HTMLElement} card @param {boolean} served */
export function start(card, served) {
  const form = byId('bytes-form', HTMLFormElement);
  const field = byId('bytes-name', HTMLInputElement);
  const result = byId('bytes-result', HTMLElement);
  const request = byId('bytes-request', HTMLElement);
  const response = byId('bytes-response', HTMLElement);

  /** The current call; a new one replaces it. */
  let current = new AbortController();
  let rest = 0;
  /** True while a response is shown. */
  let answered = false;

  const showRequest = () => {
    // The response on display belongs to an earlier request.
    response.toggleAttribute('data-stale', answered);
    const body = frame(helloRequest(field.value));
    showMessage(request, `POST /${METHOD}`, requestHeaders(), body, ['name']);
    return body;
  };

  const send = async () => {
    clearTimeout(rest);
    const body = showRequest();
    if (!served) return;
    current.abort();
    current = new AbortController();
    const { signal } = current;
    setState(card, 'loading');
    try {
      const start = performance.now();
      const answer = await call(METHOD, body, signal);
      const elapsed = milliseconds(performance.now() - start);
      const headers = responseHeaders(answer.headers);
      answered = true;
      response.removeAttribute('data-stale');
      showMessage(response, `HTTP ${answer.status}, after ${elapsed}`, headers, answer.body, ['message']);
      heard(true);
      setState(card, 'done');
      show(result, 'idle', answer.body.length > 0
        ? 'The message came first, and the status came last, in the trailers.'
        : 'The call failed. It has no message, so the status came at once, in the headers.');
    } catch (error) {
      // The next call shows its own outcome.
      if (signal.aborted) return;
      const trouble = fetchTrouble(error);
      if (trouble.gone) heard(false);
      setState(card, 'error');
      answered = false;
      response.removeAttribute('data-stale');
      showMessage(response, 'No answer', [], new Uint8Array(), []);
      const sentence = await orCrowded(trouble);
      if (!signal.aborted) show(result, 'error', sentence);
    }
  };

  field.addEventListener('input', () => {
    showRequest();
    clearTimeout(rest);
    rest = setTimeout(send, REST);
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    send();
  });
  byId('bytes-try-empty', HTMLButtonElement).addEventListener('click', () => {
    field.value = '';
    send();
  });
  for (const side of [request, response]) linkParts(side);
  showRequest();
  if (!served) {
    setState(card, 'offline');
    show(result, 'offline', OFFLINE);
  }
}

/** @returns {Header[]} */
function requestHeaders() {
  return [
    ['content-type', HEADERS['content-type'], 'gRPC-web, with messages in protobuf'],
    ['grpc-timeout', HEADERS['grpc-timeout'], 'the deadline, which the server keeps too: 10 seconds from now'],
  ];
}

/** The headers that belong to gRPC. @param {Headers} headers @returns {Header[]} */
function responseHeaders(headers) {
  /** @type {Header[]} */
  const shown = [['content-type', headers.get('content-type') ?? '', 'the same as in the request']];
  const status = headers.get('grpc-status');
  if (status === null) return shown;
  shown.push(['grpc-status', status, STATUSES[Number(status)] ?? 'an unknown status']);
  const message = headers.get('grpc-message');
  if (message !== null) shown.push(['grpc-message', message, percentDecoded(message)]);
  const details = headers.get('grpc-status-details-bin');
  if (details !== null) {
    const violations = fieldViolations(bytesOf(details)).map(({ field, description }) => `; ${field}: ${description}`);
    shown.push(['grpc-status-details-bin', details, `a google.rpc.Status in base64${violations.join('')}`]);
  }
  return shown;
}

/** @param {string} base64 */
function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  } catch {
    throw new RangeError('the details of the status are not base64');
  }
}

/**
 * @param {HTMLElement} side
 * @param {string} title
 * @param {Header[]} headers
 * @param {Uint8Array} body
 * @param {string[]} names of the message's fields
 */
function showMessage(side, title, headers, body, names) {
  const parts = partsOf(body, names);
  const [line, list, dump, legend] = side.querySelectorAll('[data-line], dl, .dump, ol');
  line.textContent = title;
  list.replaceChildren(...headers.flatMap(([name, value, meaning]) => [
    element('dt', '', element('code', '', name), ': ', element('code', 'value', value)),
    element('dd', '', meaning),
  ]));
  dump.replaceChildren(...rows(body, parts));
  legend.replaceChildren(...parts.map((part, i) => {
    const bytes = body.subarray(part.start, part.end);
    const more = bytes.length > MOST_IN_LIST ? ' …' : '';
    const button = mark(
      element(
        'button',
        '',
        element('code', '', hex(bytes.subarray(0, MOST_IN_LIST)) + more),
        element('span', '', element('b', '', part.name), ' ', part.meaning),
      ),
      part,
      i,
    );
    button.type = 'button';
    return element('li', '', button);
  }));
}

/**
 * The body in rows of eight, each with its offset, in hex and as text.
 * @param {Uint8Array} body
 * @param {Part[]} parts
 */
function rows(body, parts) {
  const shown = body.subarray(0, MOST_BYTES);
  const lines = [];
  for (let at = 0; at < shown.length; at += ROW) {
    const [bytes, text] = [element('span', 'hex'), element('span', 'text')];
    for (const [i, byte] of shown.subarray(at, at + ROW).entries()) {
      const index = parts.findIndex(part => at + i < part.end);
      bytes.append(mark(element('span', '', hexOf(byte)), parts[index], index));
      text.append(mark(element('span', '', characterOf(byte)), parts[index], index));
    }
    lines.push(element('div', '', element('span', 'offset', at.toString(16).padStart(4, '0')), bytes, text));
  }
  if (body.length > MOST_BYTES) lines.push(element('div', '', `… and ${whole(body.length - MOST_BYTES)} more`));
  return lines;
}

/**
 * Records which part an element shows.
 * @template {HTMLElement} E
 * @param {E} place
 * @param {Part} part
 * @param {number} index
 */
function mark(place, part, index) {
  place.dataset.part = String(index);
  place.dataset.kind = part.kind;
  return place;
}

/** Marks the bytes of the part that is pointed at, or that has the focus. @param {HTMLElement} side */
function linkParts(side) {
  for (const type of ['pointerover', 'focusin']) {
    side.addEventListener(type, ({ target }) => {
      const part = target instanceof Element ? target.closest('[data-part]') : undefined;
      if (!(part instanceof HTMLElement)) return;
      for (const other of side.querySelectorAll('[data-part]')) {
        if (!(other instanceof HTMLElement)) continue;
        other.toggleAttribute('data-marked', other.dataset.part === part.dataset.part);
      }
    });
  }
}

/** @param {Uint8Array} bytes */
const hex = bytes => Array.from(bytes, hexOf).join(' ');

/** @param {number} byte */
const hexOf = byte => byte.toString(16).padStart(2, '0');

/** @param {number} byte */
const characterOf = byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');
