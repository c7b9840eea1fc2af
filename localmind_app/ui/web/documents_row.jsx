// One document in the list: what it is, how far it is, what went wrong, and what can be done.
import { Ban, CircleAlert, CircleCheck, FileText, Globe, LoaderCircle, RotateCcw, Trash2, X } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { useFigures } from "$/localmind/figures";
import { STATES, reason } from "./documents_words.js";

const ICONS = { ready: CircleCheck, failed: CircleAlert, cancelled: Ban };
const TINTS = { ready: "text-success", failed: "text-danger", cancelled: "text-muted" };
const ACT = "lm-target mt-2 inline-grid shrink-0 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text";
const QUEUED = "queued";

function State({ row }) {
  const t = useT();
  const { number } = useFigures();
  const Icon = ICONS[row.state] ?? (row.state === QUEUED ? null : LoaderCircle);
  const moving = Icon === LoaderCircle;
  const percent = Math.round((row.progress ?? 0) * 100);
  return (
    <span className={`inline-flex items-center gap-1 ${TINTS[row.state] ?? "text-muted"}`}>
      {Icon && <Icon aria-hidden="true" size={14} className={`shrink-0 ${moving ? "lm-spin" : ""}`} />}
      {t(STATES[row.state] ?? row.state)}
      {moving && percent > 0 && <span className="tabular-nums">{t("{n} %", { n: number(percent) })}</span>}
    </span>
  );
}

function Bar({ row }) {
  const t = useT();
  const percent = Math.round((row.progress ?? 0) * 100);
  return (
    <div role="progressbar" aria-label={t("Progress of {name}", { name: row.name })} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="mt-1 h-1 overflow-hidden rounded-full bg-hover">
      <div className="h-full rounded-full bg-accent transition-[width] forced-color-adjust-none" style={{ width: `${percent}%` }} />
    </div>
  );
}

function Act({ icon: Icon, label, tip, onClick, danger = false }) {
  return (
    <button type="button" className={`${ACT} ${danger ? "hover:text-danger" : ""}`} aria-label={label} data-tip={tip} onClick={onClick}>
      <Icon aria-hidden="true" size={16} />
    </button>
  );
}

export function DocumentRow({ row, onOpen, onRetry, onCancel, onRemove }) {
  const t = useT();
  const { size, number } = useFigures();
  const ended = row.state in ICONS;
  const moving = !ended && row.state !== QUEUED;
  const why = reason(row.error);
  const Face = row.url && !row.file_id ? Globe : FileText;
  return (
    <li className="flex items-start gap-1 pr-1" data-state={row.state}>
      <button type="button" data-open="" className="flex min-h-14 min-w-0 flex-1 items-start gap-3 rounded-sm px-3 py-2 text-left hover:bg-hover" onClick={onOpen}>
        <Face aria-hidden="true" size={18} className="mt-0.5 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <bdi className="block truncate font-medium" title={row.name}>{row.name}</bdi>
          <span className="flex flex-wrap gap-x-3 text-sm text-muted">
            <State row={row} />
            {row.size > 0 && <span className="tabular-nums">{size(row.size)}</span>}
            {row.pages > 0 && <span className="tabular-nums max-sm:hidden">{row.pages === 1 ? t("1 page") : t("{n} pages", { n: number(row.pages) })}</span>}
          </span>
          {why && row.state !== "ready" && <span className="mt-0.5 block text-sm text-danger [overflow-wrap:anywhere]">{t(why.template, why.params)}</span>}
          {row.state === "failed" && row.searchable && <span className="block text-sm text-muted">{t("The version that was read before is still found.")}</span>}
          {moving && <Bar row={row} />}
        </span>
      </button>
      {(row.state === "failed" || row.state === "cancelled") && <Act icon={RotateCcw} label={t("Read {name} again", { name: row.name })} tip={t("Try again")} onClick={onRetry} />}
      {!ended && <Act icon={X} label={t("Stop reading {name}", { name: row.name })} tip={t("Stop")} onClick={onCancel} />}
      <Act icon={Trash2} danger label={t("Remove {name}", { name: row.name })} tip={t("Remove")} onClick={onRemove} />
    </li>
  );
}
