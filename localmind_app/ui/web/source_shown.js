// Which passage the viewer shows, for the chips and rows that lead to it; and the passages this page has seen, for the
// case that their document has gone since. Both live in the browser only.
import { useSyncExternalStore } from "react";

const MOST = 500;
const listeners = new Set();
const seen = new Map(); // by chunk id: {name, page, heading, text}
let shown = null;

/** Remembers the passages of an answer that is on the page. */
export function rememberPassages(passages) {
  passages.forEach((passage) => {
    seen.delete(passage.chunk_id);
    seen.set(passage.chunk_id, passage);
  });
  for (const chunk of seen.keys()) {
    if (seen.size <= MOST) return;
    seen.delete(chunk);
  }
}

/** A passage this page has seen, or undefined. */
export const seenPassage = (chunk) => seen.get(chunk);

/** Says which passage is shown; null: none. */
export function setShown(chunk) {
  if (chunk === shown) return;
  shown = chunk;
  listeners.forEach((listener) => listener());
}

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Hook: whether the viewer shows this passage. */
export const useIsShown = (chunk) => useSyncExternalStore(subscribe, () => chunk === shown, () => false);
