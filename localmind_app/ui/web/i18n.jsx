// Translation in the browser. Keys are the English sentences; English is baked in, other catalogues are loaded on
// demand. Switching is instant and needs no server. Not covered: dates and numbers (use Intl with useLocale()).
import { useSyncExternalStore } from "react";
import { catalogues } from "./locale/index.js";

const STORE_KEY = "localmind.locale";
const listeners = new Set();
const english = { locale: "en", entries: {} };
let current = english;
let wanted = "en";

/** Every locale there is a catalogue for, English first. */
export const locales = ["en", ...Object.keys(catalogues)];

const read = () => {
  try {
    return localStorage.getItem(STORE_KEY);
  } catch {
    return null; // storage may be blocked; the browser's language then decides
  }
};

/** The supported locale closest to what was asked for, as "de-AT" -> "de". */
export const negotiate = (asked) => {
  for (const tag of asked) {
    const language = String(tag ?? "").toLowerCase().split("-")[0];
    if (locales.includes(language)) return language;
  }
  return "en";
};

const publish = (next) => {
  current = next;
  document.documentElement.lang = next.locale;
  listeners.forEach((listener) => listener());
};

const load = async (locale) => {
  wanted = locale;
  const entries = locale === "en" ? english.entries : (await catalogues[locale]()).default;
  if (wanted === locale) publish({ locale, entries }); // a later choice wins over a slow download
};

const preferred = () => negotiate([read(), ...(navigator.languages ?? [navigator.language])]);

/** Chooses a locale and remembers it; null goes back to the browser's language. */
export const setLocale = (locale) => {
  try {
    if (locale) localStorage.setItem(STORE_KEY, locale);
    else localStorage.removeItem(STORE_KEY);
  } catch {
    // not remembered, still switched
  }
  return load(locale ? negotiate([locale]) : preferred());
};

const entry = (shown, template, category) => {
  const found = shown.entries[template];
  if (found && typeof found === "object") return found[category] ?? found.other;
  return found ?? template;
};

const fill = (sentence, params) =>
  params ? sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole)) : sentence;

const translateIn = (shown, template, params) => fill(entry(shown, template ?? "", "other"), params);

const pluralIn = (shown, one, other, n, params) => {
  const category = new Intl.PluralRules(shown.locale).select(Number(n));
  const sentence = entry(shown, category === "one" ? one : other, category);
  return fill(sentence, { n: new Intl.NumberFormat(shown.locale).format(Number(n)), ...params });
};

/** Translates an English template and fills its {fields}. For code outside of components. */
export const translate = (template, params) => translateIn(current, template, params);

/** Translates by number: `one` for a single thing, `other` for the rest; {n} is written the local way. */
export const translatePlural = (one, other, n, params) => pluralIn(current, one, other, n, params);

// One pair of functions per catalogue, so that what a component gets only changes with the locale. They are bound to
// the catalogue: while React takes over the server's English, another one may already have arrived.
const bound = new WeakMap();
const translators = (shown) => {
  if (!bound.has(shown)) bound.set(shown, { t: translateIn.bind(null, shown), tn: pluralIn.bind(null, shown) });
  return bound.get(shown);
};

/** Names a literal that is translated later, elsewhere; returns it unchanged. */
export const mark = (text) => text;

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const snapshot = () => current;
const serverSnapshot = () => english;

/** Hook: the translate function; the component is drawn again when the locale changes. */
export const useT = () => translators(useSyncExternalStore(subscribe, snapshot, serverSnapshot)).t;

/** Hook: the plural translate function. */
export const useTN = () => translators(useSyncExternalStore(subscribe, snapshot, serverSnapshot)).tn;

/** Hook: the current locale, such as "de". */
export const useLocale = () => useSyncExternalStore(subscribe, snapshot, serverSnapshot).locale;

if (typeof window !== "undefined") {
  load(preferred());
  window.addEventListener("storage", (event) => event.key === STORE_KEY && load(preferred()));
}
