// Markdown as plain words: for "copy as text" and for the screen reader. Pure, and generous rather than exact.

const INLINE = [
  [/!\[([^\]]*)\]\([^)]*\)/g, "$1"],
  [/\[([^\]]+)\]\((?:[^()]|\([^)]*\))*\)/g, "$1"],
  [/\[([^\]]+)\]\[[^\]]*\]/g, "$1"],
  [/<((?:https?:\/\/|mailto:)[^>\s]+)>/g, "$1"],
  [/(\*\*|__)(?=\S)([\s\S]*?\S)\1/g, "$2"],
  [/~~(?=\S)([\s\S]*?\S)~~/g, "$1"],
  [/(?<![\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?!\w)/g, "$1"],
  [/(?<![\w_])_(?=[^\s_])([^_\n]*?[^\s_])_(?!\w)/g, "$1"],
  [/\\([!-/:-@[-`{-~])/g, "$1"],
];

const spans = (text) => INLINE.reduce((result, [pattern, by]) => result.replace(pattern, by), text);

/** A line without its inline markup; code spans keep their text as it is. */
export const plainInline = (text) =>
  text
    .split(/(`+[^`]*`+)/)
    .map((part, at) => (at % 2 ? part.replace(/^`+ ?| ?`+$/g, "") : spans(part)))
    .join("");

const plainLine = (line) => {
  if (/^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/.test(line) && line.includes("|")) return null; // under a table's head
  if (/^\s{0,3}(?:([-*_])\s*)(?:\1\s*){2,}$/.test(line)) return "";
  if (/^\s*\|.*\|\s*$/.test(line)) return plainInline(line.trim().slice(1, -1)).split("|").map((cell) => cell.trim()).join("\t");
  return plainInline(line.replace(/^\s{0,3}#{1,6}\s+/, "").replace(/^(\s{0,3}>\s?)+/, ""));
};

/** The words of one block of text. */
export const plainBlock = (text) =>
  text
    .split("\n")
    .map(plainLine)
    .filter((line) => line !== null)
    .join("\n");

/** The words of blocks from markdown_blocks.js; code stays as it is. */
export const plainText = (blocks) => blocks.map((block) => (block.kind === "code" ? block.text : plainBlock(block.text))).join("\n\n").trim();
