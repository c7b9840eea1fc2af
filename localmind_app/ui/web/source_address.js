// How a source is named in the address (`?source=<chunk>`, `?source=<chunk>.<start>-<end>`, or `?source=document.<id>`
// for a document at its beginning), and how one is opened from anywhere: by a window event, because the viewer stands in
// another branch of the page.

const ADDRESS = /^(\d{1,16})(?:\.(\d{1,7})-(\d{1,7}))?$/;
const DOCUMENT = /^document\.([\w-]{1,40})$/;
export const OPEN_SOURCE = "localmind:open-source";

/** {chunk, quote: [start, end] | null, document: null} of what the address says, or {chunk: null, document}, or null. */
export function readAddress(text) {
  const whole = DOCUMENT.exec(text ?? "");
  if (whole) return { chunk: null, quote: null, document: whole[1] };
  const match = ADDRESS.exec(text ?? "");
  if (!match) return null;
  return { chunk: Number(match[1]), quote: match[2] === undefined ? null : [Number(match[2]), Number(match[3])], document: null };
}

export const documentAddress = (id) => `document.${id}`;
export const writeAddress = (chunk, quote) => (quote ? `${chunk}.${quote[0]}-${quote[1]}` : String(chunk));

/**
 * Opens a passage in the viewer of this page: {chunk_id, quote?, name?, text?, page?}. Name and text are shown when the
 * document has gone since.
 */
export const openSource = (passage) => window.dispatchEvent(new CustomEvent(OPEN_SOURCE, { detail: passage }));

/** Opens a document at its beginning: {document_id, name?}. */
export const openDocument = openSource;
