// @ts-check
// The sizes of generated files, as `polyglot bundle` measured them.

import { bytes } from './format.js';

/** @typedef {{ files: Record<string, { bytes: number, gzip: number } | undefined> }} Manifest */

/** @type {Promise<Manifest | undefined> | undefined} */
let manifest;

/**
 * The total size of some files in pkg/, such as "199 KB, 79 KB with gzip".
 * @param {...string} names
 * @returns {Promise<string | undefined>} undefined if the manifest does not list them
 */
export async function sizeOf(...names) {
  manifest ??= fetchManifest();
  const { files } = (await manifest) ?? { files: {} };
  let raw = 0;
  let gzip = 0;
  for (const name of names) {
    const file = files[name];
    if (!file) return undefined;
    raw += file.bytes;
    gzip += file.gzip;
  }
  return `${bytes(raw)}, ${bytes(gzip)} with gzip`;
}

/** Fills every `data-size`, which names files. */
export function showSizes() {
  for (const place of document.querySelectorAll('[data-size]')) {
    sizeOf(...(place.getAttribute('data-size') ?? '').split(' ')).then(size => {
      if (size) place.append(`: ${size}`);
    });
  }
}

/** @returns {Promise<Manifest | undefined>} */
async function fetchManifest() {
  try {
    const response = await fetch('pkg/manifest.json');
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
