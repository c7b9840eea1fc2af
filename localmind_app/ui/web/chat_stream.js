// How one chat reaches the browser: a snapshot with its sequence number, then numbered events after it.
// Covered: parsing, resuming, duplicates, back-off, waking up. Not covered: what the events mean (thread_messages.js).

const SILENT_MS = 40_000; // the server sends a heartbeat every 15 s; more silence than this is a dead connection
const LINE = /\r\n|\n|\r/;

/** An incremental parser of text/event-stream (WHATWG HTML, 9.2.6). Returns `push(text) -> [{id, event, data}]`. */
export function createSseParser() {
  let rest = "";
  let fields = { id: null, event: "", data: [] };

  const line = (text, out) => {
    if (text === "") {
      if (fields.data.length) out.push({ id: fields.id, event: fields.event || "message", named: fields.event !== "", data: fields.data.join("\n") });
      fields = { id: null, event: "", data: [] };
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return; // a comment: the heartbeat
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + (text[colon + 1] === " " ? 2 : 1));
    if (name === "data") fields.data.push(value);
    else if (name === "event") fields.event = value;
    else if (name === "id") fields.id = value;
  };

  return (text) => {
    const out = [];
    rest += text;
    // A trailing \r may be the first half of \r\n: it waits for the next piece.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = (held ? rest.slice(0, -1) : rest).split(LINE);
    rest = lines.pop() + held;
    lines.forEach((one) => line(one, out));
    return out;
  };
}

/** Milliseconds to wait before the n-th attempt in a row: 0.3 s doubling up to 5 s. */
export const backoff = (attempt) => Math.min(5000, 300 * 2 ** Math.max(0, attempt - 1));

/** What a raw server-sent event says: {seq, kind, data}. Unnamed events are pieces of text. */
export const readEvent = ({ id, event, named, data }) => ({
  seq: id === null || id === "" ? null : Number(id),
  kind: named ? event : "text",
  data: JSON.parse(data),
});

/** A pause that `wake()` can end early. */
function createPause() {
  let end = () => {};
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        end = () => (clearTimeout(timer), resolve());
      }),
    wake: () => end(),
  };
}

/** An error that trying again cannot mend: the chat is gone, or the person is signed out. */
const final = (status) => ({ 401: "signed-out", 403: "gone", 404: "gone", 410: "gone" })[status];

/**
 * Follows a chat until `close()`: one loop that first gets a snapshot and then reads events after its number, so
 * that a snapshot can never race the events. `onEvent` may answer "refetch" (start again with a snapshot) or "end".
 * `onConnection` hears "open", "retrying", "signed-out" or "gone".
 */
export function followChat({ chat, fetch, onSnapshot, onEvent, onConnection }) {
  const url = `/api/chats/${encodeURIComponent(chat)}`;
  const pause = createPause();
  let closed = false;
  let request = new AbortController();
  let heard = Date.now();
  let seq = null;

  const ask = async (path, accept) => {
    request = new AbortController();
    const answer = await fetch(url + path, { headers: { accept }, credentials: "same-origin", cache: "no-store", signal: request.signal });
    if (!answer.ok) throw Object.assign(new Error(`HTTP ${answer.status}`), { status: answer.status });
    heard = Date.now();
    return answer;
  };

  const snapshot = async () => {
    const page = await (await ask("/messages?limit=50", "application/json")).json();
    if (closed) return;
    seq = page.chat.seq;
    onSnapshot(page);
  };

  const take = (raw) => {
    const event = readEvent(raw);
    // Numbers at or below the last one were already applied: the server may repeat, the page may not.
    if (event.seq !== null && event.seq <= seq && event.kind !== "reset") return undefined;
    if (event.seq !== null) seq = event.seq;
    return onEvent(event);
  };

  const readEvents = async () => {
    const answer = await ask(`/events?after=${seq}`, "text/event-stream");
    onConnection("open");
    const parse = createSseParser();
    const decoder = new TextDecoder();
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (closed || done) return undefined;
      heard = Date.now();
      for (const raw of parse(decoder.decode(value, { stream: true }))) {
        const next = take(raw);
        if (next) return request.abort(), next;
      }
    }
  };

  const loop = async () => {
    let attempt = 0;
    while (!closed) {
      try {
        if (seq === null) await snapshot();
        if (closed) return;
        const before = seq;
        const next = await readEvents();
        if (next === "end") return;
        if (next === "refetch") seq = null;
        attempt = next || seq !== before ? 0 : attempt + 1;
        if (next) continue;
      } catch (error) {
        if (closed) return;
        if (final(error.status)) return onConnection(final(error.status));
        attempt = error.name === "AbortError" ? 0 : attempt + 1; // our own watchdog aborted: try at once
      }
      if (closed) return;
      if (attempt > 1) onConnection("retrying"); // the first try again is silent: most drops heal in 0.3 s
      await pause.wait(attempt ? backoff(attempt) : 0);
    }
  };

  const revive = () => {
    pause.wake();
    if (Date.now() - heard > SILENT_MS / 2) request.abort();
  };
  const seen = () => globalThis.document?.visibilityState === "visible" && revive();
  const watchdog = setInterval(() => Date.now() - heard > SILENT_MS && request.abort(), 5000);
  globalThis.addEventListener?.("online", revive);
  globalThis.document?.addEventListener("visibilitychange", seen);
  const done = loop().finally(() => {
    clearInterval(watchdog);
    globalThis.removeEventListener?.("online", revive);
    globalThis.document?.removeEventListener("visibilitychange", seen);
  });

  return {
    done,
    close() {
      closed = true;
      request.abort();
      pause.wake();
    },
  };
}
