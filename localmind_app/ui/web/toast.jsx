// Short notices at the edge of the page, with Undo. One store for the page: JavaScript calls toast(), Python fills
// the `notice` prop of the Toaster. Messages are English templates; they are translated when they are drawn.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { useT } from "$/localmind/i18n";

const SHOWN = 3;
const SECONDS = { info: 5, success: 5, undo: 10 };
const listeners = new Set();
const none = [];
let notices = none;
let counter = 0;

const publish = (next) => {
  notices = next;
  listeners.forEach((listener) => listener());
};

/** Takes a notice away. */
export const dismiss = (id) => publish(notices.filter((notice) => notice.id !== id));

/**
 * Shows a notice and returns its id.
 * `toast("Copied")` or `toast({kind, message, params, undo, undoLabel, seconds})`; kind is "info", "success" or
 * "error". `undo` is a function. An error stays until it is closed, because it may take long to read.
 */
export const toast = (notice) => {
  const given = typeof notice === "string" ? { message: notice } : notice;
  const id = given.id ?? `toast-${++counter}`;
  const rest = notices.filter((other) => other.id !== id);
  publish([...rest, { kind: "info", ...given, id }].slice(-SHOWN));
  return id;
};

const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const useNotices = () => useSyncExternalStore(subscribe, () => notices, () => none);

const ICONS = { info: Info, success: CircleCheck, error: CircleAlert };
const TINTS = { info: "text-muted", success: "text-success", error: "text-danger" };

function Notice({ notice, paused }) {
  const t = useT();
  const { id, kind, message, params, undo, undoLabel } = notice;
  const seconds = notice.seconds ?? (undo ? SECONDS.undo : SECONDS[kind]);
  const Icon = ICONS[kind] ?? Info;

  useEffect(() => {
    if (paused || !seconds) return undefined;
    const timer = setTimeout(() => dismiss(id), seconds * 1000);
    return () => clearTimeout(timer);
  }, [id, paused, seconds]);

  const takeBack = () => {
    dismiss(id);
    undo();
  };
  return (
    <li className="lm-rise pointer-events-auto flex w-full items-start gap-3 rounded-md border border-border bg-raised py-1.5 pl-4 pr-1.5 text-text shadow-lg">
      <Icon aria-hidden="true" size={18} className={`mt-[9px] shrink-0 ${TINTS[kind] ?? TINTS.info}`} />
      <p className="min-w-0 flex-1 py-2 text-sm [overflow-wrap:anywhere]">{t(message, params)}</p>
      {undo && (
        <button type="button" className="lm-target shrink-0 rounded-sm px-3 text-sm font-semibold text-accent hover:bg-hover" onClick={takeBack}>
          {undoLabel ? t(undoLabel) : t("Undo")}
        </button>
      )}
      <button type="button" aria-label={t("Dismiss")} className="lm-target grid shrink-0 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text" onClick={() => dismiss(id)}>
        <X aria-hidden="true" size={16} />
      </button>
    </li>
  );
}

/** Mounted once per page. `notice` = {id, kind, message, params, undo}: a new id shows it; `undo` is a text that
 *  comes back through onUndo when the person takes the act back. */
export function Toaster({ notice, onUndo }) {
  const t = useT();
  const shown = useNotices();
  const [paused, setPaused] = useState(false);
  const handler = useRef(onUndo);
  useEffect(() => {
    handler.current = onUndo;
  });

  const id = notice?.id;
  useEffect(() => {
    if (!id) return;
    const { undo, ...rest } = notice;
    toast({ ...rest, id: `server-${id}`, undo: undo ? () => handler.current?.(undo) : undefined });
  }, [id]); // the id stands for the whole notice

  const hold = { onMouseEnter: () => setPaused(true), onMouseLeave: () => setPaused(false), onFocus: () => setPaused(true), onBlur: () => setPaused(false) };
  const spoken = (wanted) => shown.filter((one) => (one.kind === "error") === wanted).map((one) => t(one.message, one.params)).join(" ");
  return (
    <section aria-label={t("Notices")} className="lm-toasts pointer-events-none fixed z-50 flex justify-center">
      {/* The live regions are always there: screen readers only announce changes of regions they already know. */}
      <div className="sr-only" role="status">{spoken(false)}</div>
      <div className="sr-only" role="alert">{spoken(true)}</div>
      <ol className="flex w-full max-w-[26rem] flex-col gap-2" {...hold}>
        {shown.map((one) => (
          <Notice key={one.id} notice={one} paused={paused} />
        ))}
      </ol>
    </section>
  );
}
