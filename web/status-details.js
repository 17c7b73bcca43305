// @ts-check
// What a status says beyond its code and message: a google.rpc.Status, which every gRPC language knows.

import { fieldsOf } from './protobuf.js';

const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';
const decoder = new TextDecoder();

/**
 * What is wrong with which field of the request.
 * @param {Uint8Array} details a google.rpc.Status
 * @returns {{ field: string, description: string }[]}
 */
export function fieldViolations(details) {
  return valuesOf(details, 3)
    .filter(any => valuesOf(any, 1).some(type => decoder.decode(type) === BAD_REQUEST))
    .flatMap(any => valuesOf(any, 2))
    .flatMap(badRequest => valuesOf(badRequest, 1))
    .map(violation => ({ field: textOf(violation, 1), description: textOf(violation, 2) }));
}

/** The bytes of each field with this number. @param {Uint8Array} message @param {number} number */
function valuesOf(message, number) {
  return [...fieldsOf(message)]
    .filter(field => field.number === number && field.wireType === 2)
    .map(field => message.subarray(field.value, field.end));
}

/** @param {Uint8Array} message @param {number} number */
function textOf(message, number) {
  return valuesOf(message, number).map(text => decoder.decode(text)).join('');
}
