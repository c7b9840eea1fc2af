// Keys as text: "mod+shift+o" is Command on a Mac and Control elsewhere. Pure functions, no page needed.
const APPLE = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform ?? "");

// Where a key cannot be typed without another modifier (as "[" on a German keyboard) its place on the keyboard counts.
const PLACES = { "[": "BracketLeft", "]": "BracketRight", "/": "Slash", ".": "Period", ";": "Semicolon", "'": "Quote" };
const SIGNS = APPLE
  ? { mod: "⌘", shift: "⇧", alt: "⌥", enter: "↩", escape: "Esc", backspace: "⌫", arrowup: "↑", arrowdown: "↓" }
  : { mod: "Ctrl", shift: "Shift", alt: "Alt", enter: "Enter", escape: "Esc", backspace: "⌫", arrowup: "↑", arrowdown: "↓" };

const parse = (keys) => {
  const parts = keys.toLowerCase().split("+");
  const has = (name) => parts.includes(name);
  return { key: parts.at(-1), mod: has("mod"), shift: has("shift"), alt: has("alt") };
};

/** Whether a keydown event is this combination. Never during composition of a character (IME). */
export const matches = (event, keys) => {
  if (!keys || event.isComposing || event.keyCode === 229) return false;
  const wanted = parse(keys);
  if ((APPLE ? event.metaKey : event.ctrlKey) !== wanted.mod || (APPLE ? event.ctrlKey : event.metaKey)) return false;
  if (event.altKey !== wanted.alt) return false;
  const typed = String(event.key ?? "").toLowerCase();
  if (typed === wanted.key && wanted.key in PLACES) return true; // "/" may need Shift on this keyboard
  return event.shiftKey === wanted.shift && (typed === wanted.key || event.code === PLACES[wanted.key]);
};

/** The signs to draw, one per key: ["Ctrl", "Shift", "O"]. */
export const signs = (keys) =>
  keys ? keys.split("+").map((part) => SIGNS[part.toLowerCase()] ?? (part.length === 1 ? part.toUpperCase() : part)) : [];

/** The value of aria-keyshortcuts (WAI-ARIA 1.2, 6.6). */
export const ariaKeys = (keys) => {
  const names = { mod: APPLE ? "Meta" : "Control", shift: "Shift", alt: "Alt", escape: "Escape", enter: "Enter" };
  return keys ? keys.split("+").map((part) => names[part.toLowerCase()] ?? part.toUpperCase()).join("+") : undefined;
};
