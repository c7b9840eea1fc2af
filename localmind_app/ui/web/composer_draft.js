// What was typed or attached and not yet sent, kept per chat in localStorage so that a reload or a crash loses nothing.
// A draft goes away only when the server acknowledged it. Not covered: when to send (composer_sending.js).

const DRAFT = "localmind.draft.";
const PENDING = "localmind.pending"; // {client_id: {chat, text, files, asked}}: sent, not acknowledged yet

/** A client id: the server takes each one once, so sending again is safe. (randomUUID needs a secure context.) */
export const newId = () => globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 14)}`;

/** Storage may be full or blocked; typing must go on then, so failures only cost the safety copy. */
function attempt(work, fallback) {
  try {
    return work();
  } catch {
    return fallback;
  }
}

export const draftKey = (chat) => DRAFT + (chat || "new");
export const readDraft = (chat) => attempt(() => localStorage.getItem(draftKey(chat)) ?? "", "");

export const writeDraft = (chat, text) =>
  attempt(() => (text ? localStorage.setItem(draftKey(chat), text) : localStorage.removeItem(draftKey(chat))), undefined);

const filesKey = (chat) => `${draftKey(chat)}.files`;
/** The uploaded files of a draft: {id, name, size}. */
export const readFiles = (chat) => attempt(() => JSON.parse(localStorage.getItem(filesKey(chat)) ?? "[]"), []) ?? [];

export const writeFiles = (chat, files) =>
  attempt(() => {
    const kept = files.map(({ id, name, size }) => ({ id, name, size }));
    return kept.length ? localStorage.setItem(filesKey(chat), JSON.stringify(kept)) : localStorage.removeItem(filesKey(chat));
  }, undefined);

const askedKey = (chat) => `${draftKey(chat)}.asked`;
/** What the draft is asked of: {collections: [{id, name}], quote, web, plain}; `links` once it is sent. */
export const readAsked = (chat) => attempt(() => askedOf(JSON.parse(localStorage.getItem(askedKey(chat)) ?? "{}")), askedOf({}));

export const writeAsked = (chat, asked) =>
  attempt(() => (asked.quote || asked.web || asked.collections.length || asked.plain.length ? localStorage.setItem(askedKey(chat), JSON.stringify(asked)) : localStorage.removeItem(askedKey(chat))), undefined);

const listOf = (found) => (Array.isArray(found) ? found : []);
const askedOf = (found) => ({
  collections: listOf(found?.collections),
  quote: Boolean(found?.quote),
  web: Boolean(found?.web),
  plain: listOf(found?.plain),
  ...(found?.links ? { links: listOf(found.links) } : {}),
});

const readAll = () => attempt(() => JSON.parse(localStorage.getItem(PENDING) ?? "{}"), {}) ?? {};
const writeAll = (all) => attempt(() => (Object.keys(all).length ? localStorage.setItem(PENDING, JSON.stringify(all)) : localStorage.removeItem(PENDING)), undefined);

const pendingOf = (id, found) => ({ id, chat: found.chat, text: String(found.text), files: found.files ?? [], asked: askedOf(found.asked) });

/** The message of a chat that waits for its acknowledgement: {id, chat, text, files, asked}, or null. */
export function readPending(chat) {
  const found = Object.entries(readAll()).find(([, one]) => one?.chat === (chat || "new"));
  return found ? pendingOf(...found) : null;
}

export function writePending(chat, id, { text, files = [], asked }) {
  writeAll({ ...readAll(), [id]: { chat: chat || "new", text, files, asked } });
}

/** Forgets a pending message and returns it, or null. */
export function takePending(id) {
  const { [id]: found, ...rest } = readAll();
  if (!found) return null;
  writeAll(rest);
  return pendingOf(id, found);
}

/** What stays in the field once `sent` was acknowledged: what was typed behind it, or everything if it was changed. */
export const restAfter = (text, sent) => (text.startsWith(sent) ? text.slice(sent.length).replace(/^\n/, "") : text);

/** Removes every draft of this browser: for signing out. */
export function clearDrafts() {
  attempt(() => {
    const keys = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at));
    keys.filter((key) => key?.startsWith(DRAFT) || key === PENDING).forEach((key) => localStorage.removeItem(key));
  }, undefined);
}
