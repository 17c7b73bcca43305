// @ts-check
// Calls SayHello with the client that was generated from proto/hello.proto.

import { callOnSubmit } from '../shared/call-form.js';
import { showPath } from '../shared/card.js';
import { inTime } from '../shared/deadline.js';
import { byId } from '../shared/dom.js';
import { milliseconds, whole } from '../shared/format.js';

/** A name that is one byte longer than the service accepts. */
const TOO_LONG = 'x'.repeat(257);

/** @param {HTMLElement} card @param {boolean} served */
export function start(card, served) {
  const field = byId('grpc-name', HTMLInputElement);
  const byteCount = byId('grpc-name-bytes', HTMLElement);

  callOnSubmit({
    card,
    result: byId('grpc-result', HTMLElement),
    note: byId('grpc-time', HTMLElement),
    // The name is sent unchecked, because the server should report what is wrong with it.
    read: () => field.value,
    async run(client, name) {
      const sent = `name: ${JSON.stringify(name)}`;
      showPath(card, sent);
      const start = performance.now();
      const message = await inTime(client.sayHello(name));
      const elapsed = milliseconds(performance.now() - start);
      showPath(card, sent, `message: ${JSON.stringify(message)}`, elapsed);
      return { answer: message, note: `The round trip took ${elapsed}.` };
    },
  }, served);

  const count = () => {
    byteCount.textContent = whole(new TextEncoder().encode(field.value).length);
  };
  field.addEventListener('input', count);
  count();

  /** @param {string} id @param {string} name */
  const tryOn = (id, name) =>
    byId(id, HTMLButtonElement).addEventListener('click', () => {
      field.value = name;
      count();
      field.form?.requestSubmit();
    });
  tryOn('grpc-try-empty', '');
  tryOn('grpc-try-long', TOO_LONG);
}
