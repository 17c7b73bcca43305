// @ts-check
// Turns an error into a sentence that says what to do. The cause is recognised by the error that a browser throws, in the
// words of Chromium, Firefox and Safari.

import { served } from './server.js';
import { code, marked } from './shared/dom.js';

/**
 * The failure of a call: `answered` if the service ended it with a status, `gone` if the server did not answer, the
 * name of the status if a call was made, and a sentence that says it all.
 * @typedef {{ answered: boolean, gone: boolean, code?: string, sentence: import('./shared/dom.js').Marked }} Trouble
 */

/**
 * Explains why a call failed.
 * @param {unknown} error
 * @returns {Trouble}
 */
export function callTrouble(error) {
  const status = statusOf(error);
  if (!status) return { answered: false, gone: isUnfetched(error), sentence: importTrouble('The gRPC client', error) };
  const { code: name, message, cause } = status;
  const said = `${name}: ${message}`;
  switch (cause) {
    case 'gone': {
      const sentence = marked`The server does not answer; it may have been stopped. Start it with ${serveCommand()} and try again. (${said})`;
      return { answered: false, gone: true, code: name, sentence };
    }
    case 'foreign': {
      const sentence = marked`The server at ${code(location.host)} does not speak gRPC-web: it is another server, or a proxy in front of it. Start ${serveCommand()} and try again. (${said})`;
      return { answered: false, gone: false, code: name, sentence };
    }
    case 'late': {
      const sentence = marked`No answer came in time: the server may be busy. Try again, or reload the page. (${said})`;
      return { answered: false, gone: false, code: name, sentence };
    }
    default:
      return { answered: true, gone: false, code: name, sentence: marked`${said}` };
  }
}

/**
 * Explains why a call failed that was written and read by hand.
 * @param {unknown} error
 * @returns {Trouble}
 */
export function fetchTrouble(error) {
  if (!(error instanceof RangeError)) return callTrouble(error);
  // The response is not a message, or not the message that was expected.
  return { answered: false, gone: false, sentence: marked`The answer cannot be read: ${error.message}.` };
}

/**
 * The status that ended a call: its code, its message, and, if this page and not the server found out, the cause.
 * @typedef {{ code: string, message: string, cause?: 'gone' | 'foreign' | 'late' }} Status
 */

/** @param {unknown} error @returns {Status | undefined} undefined when no call was made */
function statusOf(error) {
  const { code, cause } = /** @type {{ code?: unknown, cause?: any }} */ (Object(error));
  const message = messageOf(error);
  if (typeof code !== 'string') return undefined;
  if (code === 'UNKNOWN' && /^(invalid content type|missing content-type|malformed response)/.test(message)) {
    return { code, message, cause: 'foreign' };
  }
  return { code, message, cause };
}

/**
 * Explains why a part of the page did not load. A browser may remember that failure until the page is reloaded.
 * @param {string} part such as 'The comparison'
 * @param {unknown} error
 */
export function importTrouble(part, error) {
  if (!isUnfetched(error)) return wasmTrouble(error);
  return marked`${part} could not be fetched: the server may have been stopped. Start it with ${serveCommand()}, then try again, or reload the page. (${messageOf(error)})`;
}

const BUNDLE = code('cargo bundle');

/**
 * Explains why a module did not arrive, compile or start, or why it stopped.
 * @param {unknown} error
 * @returns {import('./shared/dom.js').Marked}
 */
export function wasmTrouble(error) {
  const message = messageOf(error);
  if (statusOf(error)?.cause === 'late') return callTrouble(error).sentence;
  if (served && isUnfetched(error)) return importTrouble('A part of the page', error);
  if (typeof WebAssembly === 'undefined') {
    return marked`WebAssembly is switched off in this browser. Switch it on in the settings (a lockdown or strict mode may be the reason), then reload the page.`;
  }
  if (/content security policy|unsafe-eval/i.test(message)) {
    return marked`A Content-Security-Policy forbids WebAssembly on this page. The server has to allow ${code("script-src 'self' 'wasm-unsafe-eval'")}.`;
  }
  if (error instanceof WebAssembly.CompileError) return compileTrouble(message);
  if (error instanceof WebAssembly.LinkError || (error instanceof TypeError && IMPORT.test(message))) {
    return marked`The module needs an import that it did not get. If the module belongs to this page, it and its JavaScript come from different builds: build both with ${BUNDLE}, then reload the page. If it is your own module, pass the import in the second argument of ${code('WebAssembly.instantiate')}. (${message})`;
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return marked`The module stopped: ${message}. Reload the page to start it again.`;
  }
  if (NO_MEMORY.test(message)) {
    return marked`The browser has no memory left for the module. Close other tabs, then reload the page. (${message})`;
  }
  if (/call stack|too much recursion/i.test(message)) {
    return marked`The calls were nested too deeply and used up the stack. Reload the page to start again. (${message})`;
  }
  if (isUnfetched(error) || /the server answered/i.test(message)) {
    return marked`A file of the page did not arrive. If it is missing in ${code('web/pkg/')}, ${BUNDLE} makes it; otherwise check that the server is running, then reload the page. (${message})`;
  }
  if (/is not a (function|constructor)|is not defined|is undefined/i.test(message)) {
    return marked`Either this browser is too old for the page, or the page has a bug: ${message}. Update the browser, or reload the page.`;
  }
  return marked`This page has a bug: ${message}. Reload the page to start again.`;
}

/** @param {string} message of a CompileError */
function compileTrouble(message) {
  if (/magic|doesn't start with|is empty|is 0 bytes|module of at least/i.test(message)) {
    return marked`The file that was served as the module is not WebAssembly. Build it with ${BUNDLE}, then reload the page. (${message})`;
  }
  if (/version/i.test(message)) {
    return marked`The file is a WebAssembly component, or has another version of the format: a browser accepts only modules. Build it with ${BUNDLE}, then reload the page. (${message})`;
  }
  if (/experimental|not (enabled|supported)|unsupported|disabled|opcode|(bad|invalid) (value )?type|unknown section/i.test(message)) {
    return marked`This browser is too old for the module, which uses a feature of WebAssembly that the browser does not have. Update the browser, then reload the page. (${message})`;
  }
  return marked`The browser cannot compile the module: the file is damaged, or uses a feature that this browser does not know. Build it again with ${BUNDLE}, or update the browser, then reload the page. (${message})`;
}

/** A TypeError about what a module imports. */
const IMPORT = /import #\d|imports argument|import object|second argument must be an object|no imports object|^import /i;
/** Memory that cannot be allocated: the message of a RangeError, of an InternalError, or of a plain Error. */
const NO_MEMORY = /out of memory|(can ?not|could not|failed to) allocate|allocation failed|memory size exceeded/i;
/** The rejections of `fetch`, of a body that is cut off, and of `import()`. */
const UNFETCHED = /failed to fetch|load failed|network ?error|dynamically imported module|module script failed/i;

/** @param {unknown} error */
function isUnfetched(error) {
  return error instanceof TypeError && UNFETCHED.test(error.message);
}

/** The command that starts this page's server again, at this page's address. */
export function serveCommand({ protocol, hostname, port } = location) {
  const address = `${hostname}:${port || 80}`;
  // With TLS, the address is that of a proxy.
  const standard = protocol === 'https:' || /^(127\.0\.0\.1|localhost):8080$/.test(address);
  const known = /^(localhost|[\d.]+|\[.*)$/.test(hostname);
  return code(`cargo run -- serve${standard ? '' : ` --addr ${address}`}${known ? '' : ` --host ${hostname}`}`);
}

/** @param {unknown} error */
const messageOf = error => (error instanceof Error ? error.message : String(error));
