// The keyboard shortcuts of the page. The table comes from ui/shortcuts.py; handlers register by id.
// Python: ui/shortcuts.py. Not covered: keys inside of widgets (menus, tabs), which those widgets handle.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { table } from "./shortcut_table.js";
import { ariaKeys, matches, signs } from "./shortcut_keys.js";

const STORE_KEY = "localmind.shortcuts";
const handlers = new Map();
const listeners = new Set();
let changed = {};

const notify = () => listeners.forEach((listener) => listener());

const read = () => {
  try {
    changed = JSON.parse(localStorage.getItem(STORE_KEY) ?? "{}");
  } catch {
    changed = {}; // storage blocked or damaged: the built-in keys
  }
};

/** Every shortcut with its current keys; keys are "" where the person has switched it off. */
export const shortcuts = () => table.map((one) => ({ ...one, keys: changed[one.id] ?? one.keys }));

const keysOf = (id) => changed[id] ?? table.find((one) => one.id === id)?.keys ?? "";

/** Whether somebody on this page handles the shortcut. */
export const isActive = (id) => (handlers.get(id)?.length ?? 0) > 0;

/** Gives a shortcut other keys, "" to switch it off, null for the built-in ones. Remembered in this browser. */
export const setKeys = (id, keys) => {
  const { [id]: _, ...rest } = changed;
  changed = keys === null ? rest : { ...rest, [id]: keys };
  try {
    localStorage.setItem(STORE_KEY, JSON.stringify(changed));
  } catch {
    // not remembered, still in force
  }
  notify();
};

/** Runs the newest handler of a shortcut. Returns false where there is none, or where it declines by returning false. */
export const trigger = (id, event) => {
  const handler = handlers.get(id)?.at(-1);
  return handler ? handler(event) !== false : false;
};

/** Registers a handler and returns the function that takes it away again. */
export const register = (id, handler) => {
  handlers.set(id, [...(handlers.get(id) ?? []), handler]);
  notify();
  return () => {
    handlers.set(id, (handlers.get(id) ?? []).filter((other) => other !== handler));
    notify();
  };
};

/** Hook: runs `handler` when the keys of `id` are pressed. */
export const useShortcut = (id, handler) => {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => register(id, (event) => latest.current?.(event)), [id]);
};

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const snapshot = () => changed;
const nothing = {};

/** Hook: the signs to draw for a shortcut, such as ["Ctrl", "K"]; empty where it is off. */
export const useKeys = (id) => {
  const now = useSyncExternalStore(subscribe, snapshot, () => nothing);
  return now === nothing ? [] : signs(keysOf(id));
};

/** Hook: the value for aria-keyshortcuts. */
export const useAriaKeys = (id) => {
  const now = useSyncExternalStore(subscribe, snapshot, () => nothing);
  return now === nothing ? undefined : ariaKeys(keysOf(id));
};

/** For Python: a part without looks that listens for one shortcut. */
export function Shortcut({ id, onTrigger }) {
  useShortcut(id, () => onTrigger?.());
  return null;
}

const inDialog = () => document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"]');

const onKeyDown = (event) => {
  if (event.defaultPrevented || event.repeat) return;
  const hit = shortcuts().find((one) => matches(event, one.keys));
  if (!hit || !isActive(hit.id) || (inDialog() && !hit.anywhere)) return;
  if (trigger(hit.id, event)) event.preventDefault();
};

if (typeof window !== "undefined") {
  read();
  window.addEventListener("keydown", onKeyDown);
  window.addEventListener("storage", (event) => {
    if (event.key !== STORE_KEY) return;
    read();
    notify();
  });
}
