// What is open and what is closed, by name, in the browser only. Python: ui/kit/disclosure.py.
import { useSyncExternalStore } from "react";

const listeners = new Map();
const states = new Map();

const listenersOf = (name) => {
  if (!listeners.has(name)) listeners.set(name, new Set());
  return listeners.get(name);
};

/** Whether the named thing is open. */
export const isOpen = (name) => states.get(name) ?? false;

/** Opens or closes the named thing. */
export const setOpen = (name, open) => {
  if (isOpen(name) === Boolean(open)) return;
  states.set(name, Boolean(open));
  listenersOf(name).forEach((listener) => listener());
};

/** Opens what is closed, closes what is open. */
export const toggleOpen = (name) => setOpen(name, !isOpen(name));

/** Hook: whether the named thing is open. */
export const useOpen = (name) =>
  useSyncExternalStore(
    (listener) => {
      listenersOf(name).add(listener);
      return () => listenersOf(name).delete(listener);
    },
    () => isOpen(name),
    () => false,
  );
