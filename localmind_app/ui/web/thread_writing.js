// Which chat is being answered right now. The thread knows, the composer asks: both live in the browser, and a Stop
// button that waited for the server's word could be missing just when it is wanted.
import { useSyncExternalStore } from "react";

const listeners = new Set();
let current = null;

/** Says that `chat` is being answered, or no longer is. */
export function setWriting(chat, on) {
  const next = on ? chat : current === chat ? null : current;
  if (next === current) return;
  current = next;
  listeners.forEach((listener) => listener());
}

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Hook: whether an answer is being written in `chat`. */
export const useWriting = (chat) => useSyncExternalStore(subscribe, () => current === chat, () => false);
