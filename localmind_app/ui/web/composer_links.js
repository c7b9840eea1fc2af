// Addresses of web pages in a message: which ones it has, and how one is shown. Pure, so that every case has a test.
// The server finds the same (features/knowledge/answering/links.py). Not covered: whether an address may be read.

export const MOST = 5; // pages that one message has as sources
const LONGEST = 2000;
const LINK = /https?:\/\/[^\s<>"'`\\^{|}«»“”„]+/gi;
const END = ".,;:!?*_~’…"; // of the sentence around it, not of the address
const PAIRS = { ")": "(", "]": "[" };

const count = (text, letter) => text.split(letter).length - 1;
const isEnd = (link) => END.includes(link.at(-1)) || (link.at(-1) in PAIRS && count(link, link.at(-1)) > count(link, PAIRS[link.at(-1)]));

function trimmed(link) {
  let rest = link;
  while (rest && isEnd(rest)) rest = rest.slice(0, -1);
  return rest;
}

/** The first addresses in a text, each once, as they are written. */
export function linksIn(text) {
  const found = new Set((text.match(LINK) ?? []).map(trimmed));
  return [...found].filter((link) => link.length <= LONGEST && !link.endsWith("//")).slice(0, MOST);
}

/** An address without what every one has. */
export const shortLink = (link) => link.replace(/^https?:\/\/(?:www\.)?/i, "").replace(/\/$/, "");
