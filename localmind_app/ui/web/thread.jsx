// The thread of one chat: it loads, follows and draws the messages itself; Reflex only hears its commands.
// Text never passes through Reflex state, because Reflex resends a whole var on every change.
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { ArrowDown } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { Announcer } from "./announcer.jsx";
import { Message } from "./message.jsx";
import { ThreadContext } from "./thread_context.js";
import { useCopyLast } from "./thread_copy.js";
import { useDeepLink, useEditLast, useReveal, useUsageReport, useWritingReport } from "./thread_effects.js";
import { useThreadScroll } from "./thread_scroll.js";
import { newId } from "./composer_draft.js";
import { setModelNames } from "./model_names.js";
import { createThreadStore } from "./thread_store.js";
import { useShown } from "./thread_window.js";

const NO_STATE = { phase: "loading", messages: [], more: false, connection: "open", stage: null };
const browserFetch = (...args) => window.fetch(...args);

/** The latest props behind functions that never change, so that rows need not be drawn again. */
function useCommands(props) {
  const latest = useRef(props);
  latest.current = props;
  return useMemo(
    () => ({
      retry: (id) => latest.current.onRetry?.(id),
      edit: (id, text) => latest.current.onEdit?.(id, text, newId()),
      continue: (id) => latest.current.onContinue?.(id),
      sibling: (id) => latest.current.onSibling?.(id),
      cancelQueued: (id) => latest.current.onCancelQueued?.(id),
      usage: (usage) => latest.current.onUsage?.(usage),
    }),
    [],
  );
}

function ConnectionLine({ connection }) {
  const t = useT();
  const words = { retrying: t("Connection lost. Trying again…"), "signed-out": t("You are signed out. Sign in again to go on.") }[connection];
  return (
    <div className="lm-connection" role="status">
      {words && <span>{words}</span>}
    </div>
  );
}

/** Asks for older messages when the top comes near; `settled` once everything asked for is drawn. */
function useOlder(box, settled, showMore, first) {
  const target = useRef(null);
  useEffect(() => {
    const root = box.current;
    if (!settled || !target.current || !root) return undefined;
    const near = (entries) => entries.some((entry) => entry.isIntersecting) && root.scrollHeight > root.clientHeight && showMore();
    const watch = new IntersectionObserver(near, { root, rootMargin: "300px 0px 0px 0px" });
    watch.observe(target.current);
    return () => watch.disconnect();
  }, [box, settled, showMore, first]);
  return target;
}

function Rows({ state, store, commands, setEditing, editing }) {
  const t = useT();
  const ready = state.phase === "ready";
  const { box, content, atEnd, toEnd, release, hold, onScroll } = useThreadScroll();
  const { rows, hidden, settled, showMore } = useShown(state, store, hold);
  const found = useDeepLink({ state, store, box, rows, release, showMore });
  useReveal(state, toEnd);
  const older = hidden || state.more;
  const sentinel = useOlder(box, settled && older, showMore, rows[0]?.id);
  const shared = useMemo(() => ({ store, commands, edit: setEditing, release }), [store, commands, setEditing, release]);
  return (
    <ThreadContext.Provider value={shared}>
      <div className="lm-thread-scroll" ref={box} onScroll={onScroll} role="log" aria-live="off" aria-label={t("Conversation")} aria-busy={!ready} tabIndex={0}>
        <div className="lm-thread-list" ref={content}>
          {!ready && <p className="lm-thread-note lm-thread-wait">{t("Opening the chat…")}</p>}
          {older && (
            <div className="lm-thread-older" ref={sentinel}>
              <button type="button" className="lm-button" disabled={state.loadingOlder} onClick={showMore}>
                {state.loadingOlder ? t("Loading earlier messages…") : t("Load earlier messages")}
              </button>
            </div>
          )}
          {rows.map((message, at) => (
            <Message key={message.id} message={message} last={at === rows.length - 1} editing={editing === message.id} found={found === message.id} />
          ))}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="lm-jump" onClick={toEnd}>
          <ArrowDown aria-hidden="true" size={16} />
          <span>{t("Jump to latest")}</span>
        </button>
      )}
    </ThreadContext.Provider>
  );
}

function OpenThread({ store, commands, children }) {
  const t = useT();
  const state = useSyncExternalStore(store.subscribe, store.getState, () => NO_STATE);
  const [editing, setEditing] = useState(null);
  useWritingReport(store.chat, state);
  useUsageReport(state, commands);
  useEditLast(store, setEditing);
  useCopyLast(store);
  const empty = state.phase === "ready" && state.messages.length === 0;
  const body = {
    gone: () => <p className="lm-thread-note" role="status">{t("This chat was deleted.")}</p>,
    empty: () => <div className="lm-thread-empty">{children}</div>,
    rows: () => <Rows {...{ state, store, commands, editing, setEditing }} />,
  }[state.phase === "gone" ? "gone" : empty ? "empty" : "rows"];
  return (
    <>
      {body()}
      <ConnectionLine connection={state.connection} />
      <Announcer store={store} />
    </>
  );
}

export function Thread({ chatId = "", modelNames, children, ...events }) {
  const [store, setStore] = useState(null);
  const commands = useCommands(events);
  useEffect(() => {
    const opened = createThreadStore(chatId, { fetch: browserFetch });
    setStore(opened);
    opened.open();
    return () => opened.close();
  }, [chatId]);
  useEffect(() => setModelNames(modelNames), [modelNames]);
  const t = useT();
  return (
    <section className="lm-thread" aria-label={t("Messages")}>
      {store?.chat === chatId && (
        <OpenThread key={chatId} store={store} commands={commands}>
          {children}
        </OpenThread>
      )}
    </section>
  );
}
