// Prints the answers of ops.wasm in Node: node node.mjs REQUEST.json

import { readFile } from 'node:fs/promises';

import { answers } from './answers.mjs';

const request = JSON.parse(await readFile(process.argv[2], 'utf8'));
console.log(JSON.stringify(await answers(request)));
