// Which documents of a collection are shown: by state and by name, page by page.
import { useEffect, useRef, useState } from "react";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { useFigures } from "$/localmind/figures";
import { ROWS, WORKING, inStates } from "./documents_store.js";

const FIELD = "lm-target rounded-md border border-border-strong bg-raised px-3 text-sm text-text hover:border-text";
const TURN = "lm-target inline-grid place-items-center rounded-md border border-border bg-raised shadow-sm enabled:hover:bg-hover disabled:opacity-50";
const PAUSE_MS = 250; // after a key, before it is asked

/** Few documents need no filter and no summary: all of them are seen. */
export const FEW = 8;

export function Filter({ filter, counts, onChange }) {
  const t = useT();
  const { number } = useFigures();
  const [name, setName] = useState(filter.name);
  const timer = useRef(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  if (all < FEW && !filter.name && !filter.state) return null;
  const type = (event) => {
    const { value } = event.target;
    setName(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange({ name: value.trim() }), PAUSE_MS);
  };
  const states = [
    ["", t("All"), all],
    ["working", t("Not ready yet"), inStates(counts, WORKING)],
    ["ready", t("Ready"), counts.ready ?? 0],
    ["failed", t("Could not be read"), counts.failed ?? 0],
    ["cancelled", t("Stopped"), counts.cancelled ?? 0],
  ];
  return (
    <div className="flex flex-wrap gap-2">
      <input type="search" className={`${FIELD} min-w-40 flex-1`} value={name} onChange={type} placeholder={t("Find by name")} aria-label={t("Find documents by name")} />
      <select className={`${FIELD} max-sm:flex-1`} value={filter.state} onChange={(event) => onChange({ state: event.target.value })} aria-label={t("Show documents by state")}>
        {states.filter(([state, , count]) => state === "" || count > 0 || state === filter.state).map(([state, label, count]) => (
          <option key={state} value={state}>{`${label} (${number(count)})`}</option>
        ))}
      </select>
    </div>
  );
}

/** How many a filter without a name has; a name's are not counted. */
const known = ({ state, name }, counts) => (name ? null : inStates(counts, state === "working" ? WORKING : state ? [state] : Object.keys(counts)));

export function Pager({ shown, onBack, onForward }) {
  const t = useT();
  const { number } = useFigures();
  const { rows, next, filter, counts } = shown;
  const pages = filter.after.length;
  if (!pages && next === null) return null;
  const all = known(filter, counts);
  const place = { from: number(pages * ROWS + 1), to: number(pages * ROWS + rows.length), all: number(all ?? 0) };
  return (
    <nav aria-label={t("Pages of the list")} className="flex items-center justify-end gap-2 text-sm text-muted">
      <span className="tabular-nums" role="status">{all === null ? t("{from} to {to}", place) : t("{from} to {to} of {all}", place)}</span>
      <button type="button" className={TURN} disabled={!pages} aria-label={t("Previous page")} data-tip={t("Previous page")} onClick={onBack}>
        <ChevronLeft aria-hidden="true" size={18} />
      </button>
      <button type="button" className={TURN} disabled={next === null} aria-label={t("Next page")} data-tip={t("Next page")} onClick={onForward}>
        <ChevronRight aria-hidden="true" size={18} />
      </button>
    </nav>
  );
}
