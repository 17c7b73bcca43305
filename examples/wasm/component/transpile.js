// Turn a component into an ES module and its types, with jco.
//
// Browsers and Node.js run core modules only. A component also passes strings, records and handles,
// and jco generates JavaScript for that.
//
//   node transpile.js ../../../web/pkg/component.wasm
import { transpile, writeFiles } from "@bytecodealliance/jco-transpile";

const { files } = await transpile(process.argv[2], {
  name: "recorder",
  outDir: "generated",
  // The module for each import, as a path from that folder.
  map: { "polyglot:series/journal": "../journal.js" },
  // The error of a `result` is thrown as the payload of an Error, not by itself.
  noComponentErrorWrapping: false,
});
await writeFiles(files);
