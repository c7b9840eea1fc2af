// What models are called: messages carry ids, people read names. One table for the page; the thread fills it.
import { useSyncExternalStore } from "react";

const listeners = new Set();
let names = {};

/** Takes over the names the page knows, by model id. */
export function setModelNames(next) {
  if (!next || JSON.stringify(next) === JSON.stringify(names)) return;
  names = next;
  listeners.forEach((listener) => listener());
}

/** The name of a model; its id where the page does not know it (any more), without the number of a remote engine. */
export const modelName = (id) => names[id] ?? id?.replace(/^remote:[^/]*\//, "");

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Hook: the name of a model. */
export const useModelName = (id) => useSyncExternalStore(subscribe, () => modelName(id), () => id);
