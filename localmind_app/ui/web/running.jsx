// The loaded models, live. The browser asks `/api/models/running` itself, every two seconds and only while it is seen,
// so nothing of it goes through Reflex. What was gathered outlives a change of tabs.
import { useEffect, useState } from "react";
import { Pin } from "lucide-react";
import { useFigures } from "$/localmind/figures";
import { useT } from "$/localmind/i18n";
import { Chart } from "./chart.jsx";
import { advance } from "./running_history.js";

const EVERY = 2000; // ms
let gathered = null;

/** Hook: {history, away}; history is null before the first answer. */
function useRunning() {
  const [shown, setShown] = useState({ history: gathered, away: false });
  useEffect(() => {
    let ended = false;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const answer = await fetch("/api/models/running", { headers: { accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        gathered = advance(gathered ?? [], (await answer.json()).models, Date.now());
        if (!ended) setShown({ history: gathered, away: false });
      } catch {
        if (!ended) setShown({ history: gathered, away: true }); // said on the page; the next try is soon
      }
    };
    ask();
    const timer = setInterval(ask, EVERY);
    document.addEventListener("visibilitychange", ask);
    return () => {
      ended = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }, []);
  return shown;
}

function Facts({ model, speed }) {
  const t = useT();
  const { number, size } = useFigures();
  const facts = [[t("Memory"), size(model.memory)]];
  if (speed !== null) facts.push([t("Speed"), t("{n} tokens/s", { n: number(speed, 1) })]);
  if (model.slots != null) facts.push([t("Slots in use"), t("{used} of {all}", { used: number(model.running ?? 0), all: number(model.slots) })]);
  if (model.waiting != null) facts.push([t("Waiting"), number(model.waiting)]);
  if (model.requests != null) facts.push([t("Requests"), number(model.requests)]);
  if (model.decoded_tokens != null) facts.push([t("Tokens written"), number(model.decoded_tokens)]);
  if (model.context) facts.push([t("Context"), t("{n} tokens", { n: number(model.context) })]);
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="truncate text-sm font-medium tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Running({ entry, canAct, onUnload }) {
  const t = useT();
  const { number, size } = useFigures();
  const { model, points, at } = entry;
  const speed = points[points.length - 1].speed;
  return (
    <li className="flex flex-col gap-4 rounded-md border border-border bg-raised p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="min-w-0 flex-1 truncate font-semibold">{model.label}</h3>
        {model.pinned && (
          <span className="inline-flex items-center gap-1 text-xs text-muted">
            <Pin aria-hidden="true" size={13} /> {t("Pinned")}
          </span>
        )}
        {canAct && (
          <button type="button" className="lm-target rounded-md border border-border bg-raised px-3 text-sm font-medium shadow-sm hover:bg-hover" aria-label={t("Unload {model}", { model: model.label })} onClick={() => onUnload?.(model.id)}>
            {t("Unload")}
          </button>
        )}
      </div>
      <Facts model={model} speed={speed} />
      <div className="grid gap-4 sm:grid-cols-2">
        {model.decoded_tokens != null && <Chart title={t("Tokens per second")} points={points} measure="speed" now={at} least={5} format={(value) => number(value, 1)} />}
        <Chart title={t("Memory")} points={points} measure="memory" now={at} least={1e6} format={size} />
      </div>
    </li>
  );
}

/** The list; its children are what is shown while no model is loaded. */
export function RunningModels({ canAct, onUnload, children }) {
  const t = useT();
  const { history, away } = useRunning();
  return (
    <div className="flex flex-col gap-4">
      <p role="status" className="text-sm text-danger empty:hidden">{away ? t("The engine does not answer. Trying again…") : ""}</p>
      {history === null && !away && <p className="text-sm text-muted">{t("Loading")}</p>}
      {history?.length === 0 && children}
      {history?.length > 0 && (
        <ul className="flex flex-col gap-4">
          {history.map((entry) => (
            <Running key={entry.model.id} entry={entry} canAct={canAct} onUnload={onUnload} />
          ))}
        </ul>
      )}
    </div>
  );
}
