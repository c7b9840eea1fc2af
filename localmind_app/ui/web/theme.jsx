// The chosen theme, remembered in this browser. theme_boot.js has put it on <html> before the first paint.
import { useSyncExternalStore } from "react";

const STORE_KEY = "localmind.theme";
const THEMES = ["system", "light", "dark", "contrast"];
const listeners = new Set();

const read = () => {
  const theme = document.documentElement.dataset.theme;
  return THEMES.includes(theme) ? theme : "system";
};

const apply = (theme) => {
  document.documentElement.dataset.theme = THEMES.includes(theme) ? theme : "system";
  listeners.forEach((listener) => listener());
};

/** Switches the theme at once and remembers it. */
export const setTheme = (theme) => {
  try {
    localStorage.setItem(STORE_KEY, theme);
  } catch {
    // storage may be blocked: switched, not remembered
  }
  apply(theme);
};

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Hook: "system", "light", "dark" or "contrast". */
export const useTheme = () => useSyncExternalStore(subscribe, read, () => "system");

if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => event.key === STORE_KEY && apply(event.newValue));
}
