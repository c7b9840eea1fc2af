// What of an untrusted diagram may reach mermaid: no settings of its own, no address. Pure.

const FRONT_MATTER = /^\s*---[ \t]*\n[\s\S]*?\n---[ \t]*(?:\n|$)/;
const DIRECTIVE = /%%\s*\{[\s\S]*?\}\s*%%/g;
const LOADS = /url\s*\(|@import|\bimg\s*:|\bicon\s*:|<\s*(?:img|image|script|iframe|object|embed|use|foreignobject)\b|\\(?:url|includegraphics|href)|&#|data:|javascript:/i;
const LONGEST = 20_000;

/** The diagram without settings; null when it is too long or tries to load something. */
export function safeDiagram(source) {
  if (source.length > LONGEST) return null;
  const bare = source.replace(/\r\n?/g, "\n").replace(FRONT_MATTER, "").replace(DIRECTIVE, "");
  // `click` only makes links, and links in an image cannot be followed.
  const kept = bare.split("\n").filter((line) => !/^\s*(?:click|links?)\b/i.test(line)).join("\n");
  return LOADS.test(kept) || !kept.trim() ? null : kept;
}
