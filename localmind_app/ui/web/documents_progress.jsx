// What goes on in a collection: files on their way, documents being read, and what could not be read.
import { CircleAlert, Pause, Play, X } from "lucide-react";
import { useT, useTN } from "$/localmind/i18n";
import { useFigures } from "$/localmind/figures";
import { FEW } from "./documents_filter.jsx";
import { inStates } from "./documents_store.js";
import { reason } from "./documents_words.js";

const BOX = "flex flex-col gap-2 rounded-md border border-border bg-surface p-3";
const SMALL = "lm-target inline-flex items-center gap-1.5 rounded-md border border-border bg-raised px-3 text-sm font-medium shadow-sm hover:bg-hover";
const NAMED = 5; // failures that are listed by name; the others are counted

function Bar({ label, done, all }) {
  const percent = all ? Math.round((done / all) * 100) : 0;
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="h-2 overflow-hidden rounded-full bg-hover">
      <div className="h-full rounded-full bg-accent transition-[width] forced-color-adjust-none" style={{ width: `${percent}%` }} />
    </div>
  );
}

/** Files that are being sent, and those that could not be. */
export function Uploading({ upload, sending }) {
  const t = useT();
  const tn = useTN();
  const { number } = useFigures();
  const { all, done, failed, active, skipped } = upload;
  if (!active && !failed.length) return null;
  const sent = done + failed.length;
  return (
    <div className={BOX}>
      {active && (
        <>
          <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
            <span className="tabular-nums">{t("Adding files: {done} of {all}", { done: number(sent), all: number(all) })}</span>
            <button type="button" className={SMALL} onClick={sending.cancel}>
              <X aria-hidden="true" size={16} /> {t("Stop adding")}
            </button>
          </div>
          <Bar label={t("Adding files")} done={sent} all={all} />
        </>
      )}
      {skipped > 0 && <p className="text-sm text-muted">{tn("{n} hidden file was left out.", "{n} hidden files were left out.", skipped)}</p>}
      {failed.length > 0 && (
        <div role="alert" className="flex flex-col gap-2 text-sm">
          <ul className="flex flex-col gap-1">
            {failed.slice(0, NAMED).map(({ key, name, error }) => (
              <li key={key} className="[overflow-wrap:anywhere]">
                <bdi className="font-medium">{name}</bdi>{" "}
                <span className="text-danger">{error?.template ? t(error.template, error.params) : t("The connection was lost.")}</span>
              </li>
            ))}
            {failed.length > NAMED && <li className="text-muted">{tn("and {n} more", "and {n} more", failed.length - NAMED)}</li>}
          </ul>
          <div className="flex flex-wrap gap-2">
            <button type="button" className={SMALL} onClick={sending.retry}>{t("Try again")}</button>
            <button type="button" className={SMALL} onClick={sending.forget}>{t("Dismiss")}</button>
          </div>
        </div>
      )}
    </div>
  );
}

/** Documents that are being read. `note` says what they wait for, if for anything. */
export function Progress({ counts, working, paused, note, onAct }) {
  const t = useT();
  const { number } = useFigures();
  if (!working) return null;
  const ready = counts.ready ?? 0;
  const all = ready + working;
  const waits = reason(note);
  const words = paused
    ? t("Paused: {ready} of {all} documents are ready", { ready: number(ready), all: number(all) })
    : t("{ready} of {all} documents are ready", { ready: number(ready), all: number(all) });
  return (
    <div className={BOX}>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span className="min-w-0 flex-1 basis-48 tabular-nums max-sm:basis-full">{words}</span>
        <button type="button" className={SMALL} onClick={() => onAct(paused ? "resume" : "pause")}>
          {paused ? <Play aria-hidden="true" size={16} /> : <Pause aria-hidden="true" size={16} />} {paused ? t("Go on") : t("Pause")}
        </button>
        <button type="button" className={SMALL} onClick={() => onAct("cancel")}>
          <X aria-hidden="true" size={16} /> {t("Stop all")}
        </button>
      </div>
      <Bar label={t("Reading documents")} done={ready} all={all} />
      {waits && <p role="status" className="text-sm text-warning">{t(waits.template, waits.params)}</p>}
    </div>
  );
}

/** That some could not be read, and what to do about it. */
export function Trouble({ counts, filter, onShow, onRetry }) {
  const t = useT();
  const tn = useTN();
  const failed = counts.failed ?? 0;
  const all = inStates(counts, Object.keys(counts));
  if (!failed || all < FEW) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-md border border-transparent bg-danger-soft p-3 text-sm">
      <span className="flex min-w-0 flex-1 basis-48 items-center gap-2 text-danger">
        <CircleAlert aria-hidden="true" size={16} className="shrink-0" />
        {tn("{n} document could not be read.", "{n} documents could not be read.", failed)}
      </span>
      {filter.state !== "failed" && <button type="button" className={SMALL} onClick={onShow}>{t("Show why")}</button>}
      <button type="button" className={SMALL} onClick={onRetry}>{t("Try all again")}</button>
    </div>
  );
}
