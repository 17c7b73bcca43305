// @ts-check
// The sizes of generated files, as `polyglot bundle` measured them.

import { bytes } from './format.js';

/** Fills every `data-size`, which names files, with their total size, such as "199 KB, 79 KB with gzip". */
export async function showSizes() {
  try {
    const response = await fetch('pkg/manifest.json');
    /** @type {{ files: Record<string, { bytes: number, gzip: number }> }} */
    const { files } = await response.json();
    for (const place of document.querySelectorAll('[data-size]')) {
      const sizes = (place.getAttribute('data-size') ?? '').split(' ').map(name => files[name]);
      const sum = (/** @type {'bytes' | 'gzip'} */ key) => sizes.reduce((sum, size) => sum + size[key], 0);
      if (sizes.every(Boolean)) place.append(`: ${bytes(sum('bytes'))}, ${bytes(sum('gzip'))} with gzip`);
    }
  } catch {
    // The page is complete without them.
  }
}
