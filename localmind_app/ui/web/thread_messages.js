// The messages of the open branch, as pure steps: what a snapshot, an older page or an event makes of them.
// Unchanged messages keep their identity, because rows are only drawn again when their message is another object.

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const keepIdentity = (known, message) => {
  const old = known.get(message.id);
  return old && same(old, message) ? old : message;
};
const byId = (messages) => new Map(messages.map((message) => [message.id, message]));

/** The message that is being written, or undefined. */
export const streamingOf = (messages) => messages.findLast((message) => message.role === "assistant" && message.status === "streaming");

/** The message whose usage describes the chat now. */
export const lastUsage = (messages) => messages.findLast((message) => message.usage)?.usage ?? null;

/**
 * A fresh snapshot of the newest messages. Older pages that are already loaded stay when they lead to it: the
 * ancestors of a message never change, so they are on the same branch.
 */
export function applySnapshot(state, page) {
  const known = byId(state.messages);
  const fresh = page.messages.map((message) => keepIdentity(known, message));
  const joint = fresh.length ? state.messages.findIndex((message) => message.id === fresh[0].id) : -1;
  const older = joint > 0 ? state.messages.slice(0, joint) : [];
  return { ...state, messages: [...older, ...fresh], more: older.length ? state.more : Boolean(page.more), stage: null };
}

/** An older page in front of what is loaded. */
export function applyOlder(state, page) {
  const known = new Set(state.messages.map((message) => message.id));
  const older = page.messages.filter((message) => !known.has(message.id));
  return { ...state, messages: [...older, ...state.messages], more: Boolean(page.more) && older.length > 0 };
}

/** Replaces a message, or puts a new one behind its parent. */
export function applyMessage(state, message) {
  const at = state.messages.findIndex((one) => one.id === message.id);
  if (at >= 0) return { ...state, messages: state.messages.with(at, message) };
  const parent = state.messages.findIndex((one) => one.id === message.parent);
  if (parent < 0 || message.status === "queued") return { ...state, messages: [...state.messages, message] };
  // Whatever else followed the parent belongs to another branch now, except messages that still wait their turn.
  const waiting = state.messages.slice(parent + 1).filter((one) => one.status === "queued");
  return { ...state, messages: [...state.messages.slice(0, parent + 1), message, ...waiting] };
}

/** Changes fields of a message; `text` is what was streamed so far. */
export function applyPatch(state, patch, text) {
  const at = state.messages.findIndex((one) => one.id === patch.id);
  if (at < 0) return state;
  const old = state.messages[at];
  const next = { ...old, ...(text === undefined ? {} : { text }), ...patch };
  return { ...state, messages: state.messages.with(at, next), stage: next.status === "streaming" ? state.stage : null };
}

/** The sibling `step` away from a message, or null at the ends. */
export function siblingOf(message, step) {
  const ids = message.siblings ?? [];
  const at = ids.indexOf(message.id);
  return at < 0 ? null : (ids[at + step] ?? null);
}
