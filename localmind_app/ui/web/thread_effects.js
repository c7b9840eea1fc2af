// What a thread does besides drawing: tell the page what changed, follow a deep link, open the last message for editing.
import { useEffect, useRef, useState } from "react";
import { SHOW_MESSAGE } from "./context_address.js";
import { lastUsage, streamingOf } from "./thread_messages.js";
import { setWriting } from "./thread_writing.js";

const STEADY_FRAMES = 30;
const MOST_PAGES = 40; // a deep link looks back this far

/** Tells the composer, at once, whether this chat is being answered. */
export function useWritingReport(chat, state) {
  const writing = state.phase === "ready" && Boolean(streamingOf(state.messages));
  useEffect(() => {
    setWriting(chat, writing);
    return () => setWriting(chat, false);
  }, [chat, writing]);
}

/** Tells the page how full the context is; also for a chat without a usage, because the last chat's must go. */
export function useUsageReport(state, commands) {
  const told = useRef(undefined);
  useEffect(() => {
    if (state.phase !== "ready") return;
    const usage = lastUsage(state.messages);
    if (told.current === usage) return;
    told.current = usage;
    commands.usage(usage ?? {});
  }, [state, commands]);
}

/** Brings a row into view and keeps it there while rows above it still get their heights, until somebody scrolls. */
function stay(row) {
  let frames = STEADY_FRAMES;
  const stop = () => (frames = 0);
  ["wheel", "touchstart", "keydown", "pointerdown"].forEach((kind) => window.addEventListener(kind, stop, { once: true, passive: true }));
  const step = () => {
    if (!row.isConnected || frames-- <= 0) return;
    row.scrollIntoView({ block: "center" });
    requestAnimationFrame(step);
  };
  step();
}

/** The person's own new message is brought into view; an answer only while they are at the end anyway. */
export function useReveal(state, toEnd) {
  const seen = useRef(null);
  useEffect(() => {
    if (state.phase !== "ready") return;
    const own = state.messages.findLast((message) => message.role === "user")?.id ?? null;
    const before = seen.current;
    seen.current = own;
    const isNew = before !== null && own !== before && state.messages.slice(-2).some((message) => message.id === own);
    if (isNew) toEnd();
  }, [state, toEnd]);
}

/** `?m=<id>` in the address: loads back to that message, shows it and gives it the focus. Returns the found id. */
export function useDeepLink({ state, store, box, rows, release, showMore }) {
  const [wanted, setWanted] = useState(() => new URLSearchParams(window.location.search).get("m"));
  const [found, setFound] = useState(null);
  const pages = useRef(0);
  useEffect(() => {
    const show = ({ detail }) => detail.chat === store.chat && setWanted(detail.message);
    window.addEventListener(SHOW_MESSAGE, show);
    return () => window.removeEventListener(SHOW_MESSAGE, show);
  }, [store]);
  useEffect(() => {
    if (!wanted || state.phase !== "ready" || state.loadingOlder) return;
    if (rows.some((message) => message.id === wanted)) {
      const row = box.current?.querySelector(`[data-message="${CSS.escape(wanted)}"]`);
      if (!row) return;
      release();
      stay(row);
      row.focus({ preventScroll: true });
      setFound(wanted);
      setWanted(null);
      return;
    }
    release(); // loading back must not be pulled to the end again
    if (state.messages.some((message) => message.id === wanted)) return; // loaded: it is drawn in a moment
    if (!state.more || pages.current++ > MOST_PAGES) setWanted(null);
    else showMore();
  }, [wanted, state, rows, box, release, showMore]);
  return found;
}

/** The composer's arrow-up: edits the person's newest message. */
export function useEditLast(store, edit) {
  useEffect(() => {
    const onEditLast = () => {
      const last = store.getState().messages.findLast((message) => message.role === "user" && message.status !== "queued");
      if (last) edit(last.id);
    };
    window.addEventListener("localmind:edit-last", onEditLast);
    return () => window.removeEventListener("localmind:edit-last", onEditLast);
  }, [store, edit]);
}
