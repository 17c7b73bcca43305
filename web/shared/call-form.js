// @ts-check
// A card that calls the server: makes one call at a time, and shows every state of it.

import { OFFLINE, setState, show, showPath, takeOffline } from './card.js';
import { orCrowded } from './connections.js';
import { code, marked, say } from './dom.js';
import { fieldViolations } from './grpc-web.js';
import { heard } from './heartbeat.js';
import { grpcClient, isClientLoaded } from './rpc.js';
import { callTrouble } from '../trouble.js';

/** @typedef {import('./rpc.js').Client} Client */
/** @typedef {import('./dom.js').Marked} Marked */

/**
 * @template Arguments
 * @typedef {object} Call
 * @property {HTMLElement} card holds the form
 * @property {HTMLElement} result shows the answer
 * @property {HTMLElement} note shows a remark about the answer
 * @property {() => Arguments | undefined} read the form's values; undefined when a field is wrong
 * @property {(client: Client, args: Arguments) => Promise<{ answer: string, note: string }>} run
 */

/**
 * Makes a call on every submit, and shows the outcome.
 * @template Arguments
 * @param {Call<Arguments>} call
 * @param {boolean} served
 */
export function callOnSubmit({ card, result, note, read, run }, served) {
  if (!served) {
    takeOffline(card);
    show(result, 'offline', OFFLINE);
    say(note, '');
    return;
  }

  const form = /** @type {HTMLFormElement} */ (card.querySelector('form'));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'));
  const label = button.textContent ?? '';
  let busy = false;

  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (busy) return;
    const args = read();
    // Remove what an earlier call has shown: it does not belong to this call.
    showPath(card);
    say(note, '');
    if (args === undefined) {
      setState(card, 'idle');
      show(result, 'idle', 'Not called.');
      return;
    }
    busy = true;
    await answer(args);
    busy = false;
  });

  /** @param {Arguments} args */
  async function answer(args) {
    setState(card, 'loading');
    show(result, 'loading', isClientLoaded() ? 'Calling…' : 'Loading the gRPC client…');
    try {
      const outcome = await run(await grpcClient(), args);
      heard(true);
      setState(card, 'done');
      show(result, 'done', outcome.answer);
      say(note, outcome.note);
      button.textContent = label;
    } catch (error) {
      const trouble = callTrouble(error);
      if (trouble.answered || trouble.gone) heard(trouble.answered);
      setState(card, 'error');
      show(result, 'error', await orCrowded(trouble));
      button.textContent = trouble.answered ? label : 'Try again';
      if (trouble.answered) say(note, marked`The server sent this status, and the client turned it into an error. ${detailsOf(error)}`);
    }
  }
}

/**
 * The details of the status about single fields, such as "Its details: `name` must be 1 to 256 bytes."
 * @param {unknown} error
 * @returns {Marked | string}
 */
function detailsOf(error) {
  const { details } = /** @type {{ details?: Uint8Array }} */ (error);
  if (!details) return '';
  const [first, ...others] = fieldViolations(details).map(({ field, description }) => marked`${code(field)} ${description}`);
  if (!first) return '';
  return marked`Its details: ${others.reduce((all, one) => marked`${all}; ${one}`, first)}.`;
}
