// @ts-check
// Colours code with the CSS Custom Highlight API, which needs no extra elements. A browser without this API
// shows plain code.

/**
 * The keywords that appear in the page's code, by the extension of the file it was cut from.
 * @type {Record<string, Set<string>>}
 */
const KEYWORDS = {
  rs: words('async await extern fn for if impl in let match move mut pub return self struct unsafe while'),
  c: words('double int32_t return'),
  js: words('async await catch const for from function import let new of return try while'),
  proto: words('message returns rpc service stream string'),
};

/** @param {string} list */
function words(list) {
  return new Set(list.split(' '));
}

/** The next token: a comment, a string or a word. */
const TOKEN = /(\/\/.*|#\[.*?\]|\/\*[\s\S]*?\*\/)|("(?:\\.|[^"\\])*"|'[^'\n]*')|([A-Za-z_]\w*)/g;

export function colourCode() {
  if (!('highlights' in CSS)) return;
  const comment = new Highlight();
  const text = new Highlight();
  const keyword = new Highlight();
  for (const code of document.querySelectorAll('pre code')) {
    const node = code.firstChild;
    if (!(node instanceof Text)) continue;
    const file = code.closest('pre')?.dataset.source ?? '';
    const keywords = KEYWORDS[file.split('.').pop() ?? ''] ?? new Set();
    for (const match of node.data.matchAll(TOKEN)) {
      const kind = match[1] ? comment : match[2] ? text : keywords.has(match[3]) ? keyword : undefined;
      if (!kind) continue;
      const range = new Range();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      kind.add(range);
    }
  }
  CSS.highlights.set('code-comment', comment);
  CSS.highlights.set('code-text', text);
  CSS.highlights.set('code-keyword', keyword);
}
