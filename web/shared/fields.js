// @ts-check
// Reads numbers from text fields. If the text is not a number, a sentence next to the field says so, because
// wasm-bindgen, like JavaScript, would silently turn it into an i32.

/** An error in a field's value; its message is shown next to the field. */
export class FieldError extends Error {
  /**
   * @param {HTMLInputElement} input
   * @param {string} message
   */
  constructor(input, message) {
    super(message);
    this.input = input;
  }
}

/**
 * Runs `read`, which reads fields, and shows the error of the first field that is wrong.
 * @template T
 * @param {HTMLInputElement[]} inputs the fields that `read` reads
 * @param {() => T} read
 * @param {{ focus: boolean }} options whether to move to the field that is wrong
 * @returns {T | undefined} undefined when a field is wrong
 */
export function readFields(inputs, read, { focus }) {
  for (const input of inputs) mark(input, '');
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    mark(error.input, error.message);
    if (focus) error.input.focus();
    return undefined;
  }
}

/**
 * A whole number within the limits; by default, those of an i32.
 * @param {HTMLInputElement} input
 */
export function readInteger(input, min = -(2 ** 31), max = 2 ** 31 - 1) {
  const text = input.value.trim();
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < min || value > max) {
    const limits = `${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;
    throw new FieldError(input, `${nameOf(input)} must be a whole number from ${limits}.`);
  }
  return value;
}

/**
 * A finite decimal number that fits into an f64.
 * @param {HTMLInputElement} input
 */
export function readFloat(input) {
  const text = input.value.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    throw new FieldError(input, `${nameOf(input)} must be a decimal number, such as 3.14 or -2.5e-3.`);
  }
  const value = Number(text);
  if (!Number.isFinite(value)) {
    throw new FieldError(input, `${nameOf(input)} is beyond the largest f64, about 1.8e308.`);
  }
  return value;
}

/** @param {HTMLInputElement} input */
function nameOf(input) {
  return input.labels?.[0]?.firstChild?.textContent?.trim() ?? input.id;
}

/**
 * @param {HTMLInputElement} input
 * @param {string} message empty if the field is right
 */
function mark(input, message) {
  if (message) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  const place = document.getElementById(`${input.id}-error`);
  // A screen reader reads a live region aloud at every change, so leave an unchanged sentence alone.
  if (place && place.textContent !== message) place.textContent = message;
}
