// Where in an answer its sources are named, and where nothing in them supports it. Pure: offsets in, marks out.
// Covered: markers of a finished answer (the server's places), of one that is being written (the same rule as the
// server's), and what of it stands in one block. Not covered: how a mark is drawn (citation_tree.js, citation.jsx).

const MARKER = /(?<!\\)(?:\[|【)(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)(?:†[^】\]]*)?(?:\]|】)(?![(:])/g;
const RANGE = /^(\d+)\s*[–-]\s*(\d+)$/;

const between = (from, to) => (to >= from && to - from < 20 ? Array.from({ length: to - from + 1 }, (_, at) => from + at) : [from, to]);

/** The numbers a marker names: "1, 3-5" -> [1, 3, 4, 5]. */
const numbersIn = (inside) =>
  inside.split(/[,;]/).flatMap((part) => {
    const range = RANGE.exec(part.trim());
    return range ? between(Number(range[1]), Number(range[2])) : [Number(part)];
  });

/** The markers in a text whose numbers are all `known`: [{start, end, kind: "cite", cited: [{n, quote}]}]. */
export function findMarkers(text, known) {
  const found = [];
  for (const match of text.matchAll(MARKER)) {
    const numbers = [...new Set(numbersIn(match[1]))];
    if (!numbers.every((n) => known.has(n))) continue;
    found.push({ start: match.index, end: match.index + match[0].length, kind: "cite", cited: numbers.map((n) => ({ n, quote: null })) });
  }
  return found;
}

/** The numbers of an answer's passages. */
export const knownNumbers = (sources) => new Set((sources?.passages ?? []).map((passage) => passage.n));

/** The mark of a sentence without support; `why` says what is wrong with it, `by` which model found that, if one did. */
function doubtOf({ start, end, lacks, verdict, by }) {
  const why = verdict === "contradicted" ? verdict : verdict ? "" : (lacks?.[0] ?? "");
  return { start, end, kind: "doubt", why, by: by ?? "" };
}

/** Every mark of a finished answer, in order; null while the server has not told its places. */
function marksOf(sources) {
  if (!sources?.markers) return null;
  const cites = sources.markers.map(({ start, end, cited }) => ({ start, end, kind: "cite", cited }));
  const dropped = (sources.dropped ?? []).map(([start, end]) => ({ start, end, kind: "drop" }));
  const doubts = (sources.support ?? []).filter((one) => !one.supported).map(doubtOf);
  return [...cites, ...dropped, ...doubts].sort((a, b) => a.start - b.start);
}

/** Where each block of a text begins in it; null for one that was changed on the way (indented code). */
export function blockStarts(text, blocks) {
  let from = 0;
  return blocks.map((block) => {
    const at = text.indexOf(block.text, from);
    if (at >= 0) from = at + block.text.length;
    return at < 0 ? null : at;
  });
}

/** What the blocks of an answer have to show whose places are not known: numbers are looked for. Null: no documents. */
export function liveProof(sources) {
  const known = knownNumbers(sources);
  return known.size ? { known, marks: null } : null;
}

/**
 * What each block of a finished answer has to show: {known, marks}, with places in the block's own text, which are null
 * for a block that is not found in the text. Not a list but one for all where the server has told no places.
 */
export function marksByBlock(sources, text, blocks) {
  const known = knownNumbers(sources);
  const marks = marksOf(sources);
  if (!marks) return liveProof(sources);
  const starts = blockStarts(text, blocks);
  return blocks.map((block, at) => {
    const start = starts[at];
    if (start === null) return { known, marks: null };
    const end = start + block.text.length;
    const own = marks.filter((mark) => mark.start < end && mark.end > start);
    return { known, marks: own.map((mark) => ({ ...mark, start: mark.start - start, end: mark.end - start })) };
  });
}

/** The passages that the answer names, and those that were only read. Before the end all of them count as read. */
export function splitPassages(sources) {
  const all = sources?.passages ?? [];
  return { cited: all.filter((passage) => passage.cited), read: all.filter((passage) => !passage.cited) };
}

/** The list of sources behind a copied answer, in plain words; "" when it names none. */
export function sourceList(sources, t) {
  const { cited } = splitPassages(sources);
  if (!cited.length) return "";
  const line = ({ n, name, url, page, heading }) => [`[${n}] ${name}`, url, page === null || page === undefined ? "" : t("page {n}", { n: page + 1 }), headingBelow(heading, name)].filter(Boolean).join(", ");
  return `\n\n${t("Sources")}:\n${cited.map(line).join("\n")}`;
}

/** The path of headings to a passage without the document's own title, which stands beside it. */
export const headingBelow = (heading, title) => (heading === title ? "" : heading?.startsWith(`${title} › `) ? heading.slice(title.length + 3) : (heading ?? ""));
