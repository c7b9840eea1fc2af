// Mends the block that is still being written: what was opened is closed, what cannot be shown yet is held back,
// so that a half-written answer does not flicker between two looks. Pure; finished blocks never come here.

const LINK_TAIL = /!?\[([^[\]\n]{0,300})(?:\](?:\([^()\n]*)?)?$/;
const CITATION = /^\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]$/; // a chip stays where it is
const HALF_CITATION = /^\[\d[\d,;\s–-]*$/; // and does not show its number first
const MARKERS = ["**", "__", "~~", "*", "_"];
const isWord = (char) => Boolean(char) && /[\p{L}\p{N}]/u.test(char);

/** The run of backticks that opens a code span without an end, or "". */
function openCode(text) {
  let open = "";
  for (const [run] of text.matchAll(/`+/g)) {
    if (!open) open = run;
    else if (run === open) open = "";
  }
  return open;
}

/** The emphasis markers that are open at the end of `text`, outermost first. */
function openMarkers(text) {
  const bare = text.replace(/(`+)[\s\S]*?\1/g, (span) => " ".repeat(span.length)).replace(/\\./g, "  ");
  const open = [];
  for (let at = 0; at < bare.length; at++) {
    const marker = MARKERS.find((one) => bare.startsWith(one, at));
    if (!marker) continue;
    const before = bare[at - 1];
    const after = bare[at + marker.length];
    const closes = before && !/\s/.test(before);
    const opens = after && !/\s/.test(after) && !(marker[0] === "_" && isWord(before));
    const top = open.lastIndexOf(marker);
    if (closes && top >= 0) open.splice(top);
    else if (opens) open.push(marker);
    at += marker.length - 1;
  }
  return open;
}

/** The open block as it can be shown now. */
export function repairTail(text) {
  const cut = text.lastIndexOf("\n\n") + 1; // emphasis never reaches over a paragraph
  const head = text.slice(0, cut);
  let tail = text.slice(cut);
  const lines = tail.split("\n");
  // A lone "-" or "=" under a paragraph would make it a heading for a moment; a lone fence would open code.
  if (lines.length > 1 && /^\s{0,3}(?:-{1,2}|=+|`{1,2}|~{1,2})\s*$/.test(lines.at(-1))) tail = lines.slice(0, -1).join("\n");
  const code = openCode(tail);
  if (code) return head + (tail.endsWith(code) ? tail.slice(0, -code.length) : tail + code);
  tail = tail.replace(LINK_TAIL, (whole, inside) => (CITATION.test(whole) ? whole : HALF_CITATION.test(whole) ? "" : inside));
  tail = tail.replace(/(^|[^\\*_~])(?:\*{1,3}|_{1,2}|~{1,2})$/, (whole, before) => (openMarkers(tail + "x").length || before === "" || /\s/.test(before) ? before : whole));
  return head + tail.trimEnd() + openMarkers(tail).reverse().join("");
}

const PARSED = 4000;

/**
 * How much of a long open block is parsed: the rest is shown as plain text until it has grown by an eighth.
 * `parsed` is the length that was parsed last time. Returns the length to parse now.
 */
export function parsedLength(length, parsed) {
  if (length <= PARSED) return length;
  return parsed > 0 && parsed <= length && length - parsed < Math.max(512, parsed / 8) ? parsed : length;
}
