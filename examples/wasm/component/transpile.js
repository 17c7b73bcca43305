// Turn a component into an ES module and its types, with jco.
//
// Browsers and Node.js run core modules only. What a component has around those, the passing of
// strings, records and handles, becomes JavaScript here.
//
//   node transpile.js ../../../web/pkg/component.wasm
import { transpile, writeFiles } from "@bytecodealliance/jco-transpile";

const { files } = await transpile(process.argv[2], {
  name: "recorder",
  outDir: "generated",
  // From there, where each import is found.
  map: { "polyglot:series/journal": "../journal.js" },
  // The error of a `result` is thrown as the payload of an Error, not by itself.
  noComponentErrorWrapping: false,
});
await writeFiles(files);
