// @ts-check
// my_c_function: from this tab by gRPC-web to Rust, and from there by FFI to C.

import { callOnSubmit } from '../shared/call-form.js';
import { showPath } from '../shared/card.js';
import { inTime } from '../shared/deadline.js';
import { byId } from '../shared/dom.js';
import { readFields, readFloat, readInteger } from '../shared/fields.js';
import { float, milliseconds } from '../shared/format.js';

/** @param {HTMLElement} card @param {boolean} served */
export function start(card, served) {
  const arg1Field = byId('ffi-arg1', HTMLInputElement);
  const arg2Field = byId('ffi-arg2', HTMLInputElement);

  callOnSubmit({
    card,
    result: byId('ffi-result', HTMLElement),
    note: byId('ffi-time', HTMLElement),
    read: () =>
      readFields(
        [arg1Field, arg2Field],
        () => ({ arg1: readInteger(arg1Field), arg2: readFloat(arg2Field) }),
        { focus: true },
      ),
    async run(client, { arg1, arg2 }) {
      const sent = `${arg1}, ${float(arg2)}`;
      showPath(card, sent);
      const start = performance.now();
      const product = await inTime(client.myCFunction(arg1, arg2));
      const elapsed = milliseconds(performance.now() - start);
      showPath(card, sent, float(product), elapsed);
      return {
        answer: `Result: ${float(product)}`,
        note: `The round trip took ${elapsed}, nearly all of it in the browser and in HTTP: `
          + 'the call from Rust to C takes a few nanoseconds.',
      };
    },
  }, served);
}
