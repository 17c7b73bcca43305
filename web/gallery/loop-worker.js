// @ts-check
// Calls a function that never returns. Only `terminate()` ends it.

import init, { spin } from '../pkg/mishaps.js';
import { fetchWasm } from '../shared/fetch-wasm.js';

await init({ module_or_path: fetchWasm(new URL('../pkg/mishaps_bg.wasm', import.meta.url).href) });
onmessage = () => postMessage('here');
postMessage('calling spin()');
spin();
