// @ts-check
// What went wrong, in a sentence that says what to do. Backticks mark what to type.

/**
 * A call that failed, told by who answered: the service with a status, or nobody.
 * @param {unknown} error
 * @returns {{ answered: boolean, sentence: string }}
 */
export function callTrouble(error) {
  const { code, message } = describe(error);
  if (code === undefined) return { answered: false, sentence: loadTrouble(error) };
  if (!NOBODY_ANSWERED.has(code)) return { answered: true, sentence: `${code}: ${message}` };
  return {
    answered: false,
    sentence: `The server does not answer; it may have been stopped. Start it with ${serveCommand()} `
      + `and try again. (${code}: ${message})`,
  };
}

/**
 * A call that was made by hand, with fetch.
 * @param {unknown} error
 */
export function fetchTrouble(error) {
  if (error instanceof RangeError) return `The answer cannot be read: ${error.message}.`;
  if (!(error instanceof Error)) return callTrouble(error).sentence;
  // A server that does not answer sends no status, so a client makes one.
  const code = STATUS_OF[error.name];
  return callTrouble(code ? Object.assign(new Error(error.message), { code }) : error).sentence;
}

/** @type {Record<string, string>} by the name of what fetch rejects with */
const STATUS_OF = { TypeError: 'UNAVAILABLE', TimeoutError: 'DEADLINE_EXCEEDED' };

/** What a client makes of a refused connection, a dropped one, or a web server without gRPC. */
const NOBODY_ANSWERED = new Set([
  'UNAVAILABLE', 'UNKNOWN', 'INTERNAL', 'UNIMPLEMENTED', 'DEADLINE_EXCEEDED', 'CANCELLED',
]);

/**
 * A part of the page that did not load. A browser may remember that, until the page is loaded anew.
 * @param {string} part such as 'The comparison'
 * @param {unknown} error
 */
export function importTrouble(part, error) {
  return `${part} could not be fetched: the server may have been stopped. Start it with ${serveCommand()}, `
    + `then reload the page. (${describe(error).message})`;
}

/**
 * A call whose client did not load.
 * @param {unknown} error
 */
function loadTrouble(error) {
  if (error instanceof TypeError) {
    return 'The gRPC client could not be fetched: the server may have been stopped. '
      + `Start it with ${serveCommand()} and try again. (${error.message})`;
  }
  return wasmTrouble(error);
}

/**
 * A module that did not arrive, compile or start.
 * @param {unknown} error
 */
export function wasmTrouble(error) {
  const { message } = describe(error);
  if (typeof WebAssembly === 'undefined') {
    return 'WebAssembly is switched off in this browser. Switch it on in the settings (a lockdown or '
      + 'strict mode may be the reason), then reload the page.';
  }
  if (/content security policy|unsafe-eval/i.test(message)) {
    return 'A Content-Security-Policy forbids WebAssembly here. Whoever serves this page has to allow '
      + "`script-src 'self' 'wasm-unsafe-eval'`.";
  }
  if (error instanceof WebAssembly.CompileError) {
    return 'What was served as the module is not WebAssembly. Make it anew with `cargo run -- bundle`, '
      + `then reload the page. (${message})`;
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return `The module stopped: ${message}. Reload the page to start it afresh.`;
  }
  if (error instanceof WebAssembly.LinkError) {
    return 'The module and its JavaScript were not made together. Make both anew with '
      + `\`cargo run -- bundle\`, then reload the page. (${message})`;
  }
  if (/fetch|import|the server answered/i.test(message)) {
    return 'A file of `web/pkg/` did not arrive. If it is missing, `cargo run -- bundle` makes it; '
      + `otherwise see that the server is running, then reload the page. (${message})`;
  }
  return `This page has a mistake: ${message}. Reload it to start afresh.`;
}

/** The command that brings this page's server back, at this page's address. */
function serveCommand() {
  const standard = location.host === '127.0.0.1:8080';
  const address = /^[\d.]+:\d+$|^\[/.test(location.host) && !standard ? ` --addr ${location.host}` : '';
  return `\`cargo run -- serve${address}\``;
}

/**
 * @param {unknown} error
 * @returns {{ code?: string, message: string }}
 */
function describe(error) {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = /** @type {{ code?: unknown }} */ (error).code;
  return { code: typeof code === 'string' ? code : undefined, message: error.message };
}
