// Cuts code into runs of whole lines, so that appending to a long open block only touches the last run. Pure.

const SIZE = 2000;

/** Runs of about 2,000 characters that end with a newline; they join to `code`, and only the last one changes. */
export function codeChunks(code) {
  const chunks = [];
  let from = 0;
  while (code.length - from > SIZE) {
    const end = code.indexOf("\n", from + SIZE);
    if (end < 0) break;
    chunks.push(code.slice(from, end + 1));
    from = end + 1;
  }
  chunks.push(code.slice(from));
  return chunks;
}
