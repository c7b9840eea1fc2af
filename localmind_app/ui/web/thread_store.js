// The one store behind a thread: messages in React's hands, the live text beside them.
// Pieces of text are collected and shown at most every 50 ms, so a fast model costs no more than a slow one.
import { followChat } from "./chat_stream.js";
import { BlockSplitter } from "./markdown_blocks.js";
import { applyMessage, applyOlder, applyPatch, applySnapshot, lastUsage, streamingOf } from "./thread_messages.js";

const FLUSH_MS = 50;
const EMPTY = { phase: "loading", connection: "open", messages: [], more: false, loadingOlder: false, stage: null };

/** @returns {{subscribe, getState, subscribeLive, getLive, open, close, loadOlder}} */
export function createThreadStore(chat, { fetch, now = () => performance.now() }) {
  const listeners = new Set();
  const liveListeners = new Set();
  const hear = (set) => (listener) => (set.add(listener), () => set.delete(listener));
  let state = chat ? EMPTY : { ...EMPTY, phase: "ready" };
  let live = null; // {id, blocks, length}: what the row of the streaming message draws
  let splitter = null;
  let pending = "";
  let timer = 0;
  let delay = FLUSH_MS;
  let follower = null;

  const publish = (next) => {
    if (next === state) return;
    state = next;
    listeners.forEach((listener) => listener());
  };
  const publishLive = (next) => {
    live = next;
    liveListeners.forEach((listener) => listener());
  };

  const flush = () => {
    clearTimeout(timer);
    timer = 0;
    if (!pending || !splitter) return;
    splitter.push(pending);
    pending = "";
    const before = now();
    publishLive({ id: live.id, blocks: splitter.blocks(), length: splitter.text.length });
    // React draws in this tick for external stores; a machine that needs long for it gets larger steps.
    delay = Math.max(FLUSH_MS, Math.min(500, 4 * (now() - before)));
  };

  const startLive = (message) => {
    splitter = new BlockSplitter();
    splitter.push(message.text ?? "");
    pending = "";
    publishLive({ id: message.id, blocks: splitter.blocks(), length: splitter.text.length });
  };
  const endLive = () => {
    clearTimeout(timer);
    timer = 0;
    splitter = null;
    pending = "";
    if (live) publishLive(null);
  };
  /** Begins or ends the live text so that it fits the messages; a running one goes on. */
  const settleLive = () => {
    const message = streamingOf(state.messages);
    if (!message) endLive();
    else if (live?.id !== message.id) startLive(message);
  };

  const onText = (piece) => {
    if (!splitter) return;
    pending += piece;
    if (state.stage) publish({ ...state, stage: null });
    if (!timer) timer = setTimeout(flush, delay);
  };

  const onPatch = (patch) => {
    const ours = live?.id === patch.id;
    const text = ours ? splitter.text + pending : undefined;
    const next = applyPatch(state, patch, text);
    publish(next);
    if (ours && patch.status && patch.status !== "streaming") endLive();
    else settleLive();
  };

  const onMessage = (message) => {
    if (live?.id === message.id) endLive(); // a whole message replaces what was streamed
    publish(applyMessage(state, message));
    settleLive();
  };

  const handlers = {
    text: onText,
    message: onMessage,
    patch: onPatch,
    stage: (stage) => publish({ ...state, stage }),
    path: () => "refetch",
    reset: () => "refetch",
    gone: () => (endLive(), publish({ ...state, phase: "gone" }), "end"),
  };

  const onSnapshot = (page) => {
    endLive();
    publish({ ...applySnapshot(state, page), phase: "ready", connection: "open" });
    settleLive();
  };
  const onConnection = (connection) => {
    if (connection === "gone") return publish({ ...state, phase: "gone" });
    if (connection === "open" && typeof window !== "undefined") window.dispatchEvent(new CustomEvent("localmind:reachable"));
    if (connection !== state.connection) publish({ ...state, connection });
  };

  const loadOlder = async () => {
    if (!state.more || state.loadingOlder) return;
    publish({ ...state, loadingOlder: true });
    try {
      const before = encodeURIComponent(state.messages[0]?.id ?? "");
      const answer = await fetch(`/api/chats/${encodeURIComponent(chat)}/messages?before=${before}&limit=50`, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      publish({ ...applyOlder(state, await answer.json()), loadingOlder: false });
    } catch {
      publish({ ...state, loadingOlder: false }); // the button stays, so the person can try again
    }
  };

  return {
    chat,
    subscribe: hear(listeners),
    getState: () => state,
    subscribeLive: hear(liveListeners),
    getLive: () => live,
    getUsage: () => lastUsage(state.messages),
    loadOlder,
    open() {
      if (chat) follower = followChat({ chat, fetch, onSnapshot, onConnection, onEvent: ({ kind, data }) => handlers[kind]?.(data) });
    },
    close() {
      follower?.close();
      clearTimeout(timer);
    },
  };
}
