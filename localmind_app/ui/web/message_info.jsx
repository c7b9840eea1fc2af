// The facts of an answer: model, tokens, speed, time, context. A disclosure that Escape and a click outside close.
import { useEffect, useId, useRef, useState } from "react";
import { Info } from "lucide-react";
import { useLocale, useT } from "$/localmind/i18n";
import { openContext } from "./context_address.js";
import { modelName } from "./model_names.js";

function useDismiss(open, ref, close) {
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
      ref.current?.querySelector("button")?.focus();
    };
    const onPointer = (event) => !ref.current?.contains(event.target) && close();
    document.addEventListener("keydown", onKey, true);
    document.addEventListener("pointerdown", onPointer);
    return () => {
      document.removeEventListener("keydown", onKey, true);
      document.removeEventListener("pointerdown", onPointer);
    };
  }, [open, ref, close]);
}

function factsOf(message, t, locale) {
  const number = (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const { usage, origin } = message;
  const facts = [[t("Model"), modelName(message.model)]];
  if (origin?.engine) facts.push([t("Engine"), origin.engine]);
  if (typeof origin?.spend === "number") {
    const cost = `${number(origin.spend, 6)} ${origin.currency}`;
    facts.push([t("Cost"), origin.estimated ? t("about {cost}", { cost }) : cost]);
  }
  if (usage) {
    const known = (value) => value !== null && value !== undefined;
    if (known(usage.completion_tokens)) facts.push([t("Answer"), t("{n} tokens", { n: number(usage.completion_tokens) })]);
    if (known(usage.prompt_tokens)) facts.push([t("Read"), t("{n} tokens", { n: number(usage.prompt_tokens) })]);
    if (known(usage.tokens_per_second)) facts.push([t("Speed"), t("{n} tokens/s", { n: number(usage.tokens_per_second, 1) })]);
    if (known(usage.duration_ms)) facts.push([t("Time"), t("{n} s", { n: number(usage.duration_ms / 1000, 1) })]);
    if (usage.context_size) facts.push([t("Context"), t("{used} of {size} tokens", { used: number(usage.context_used ?? 0), size: number(usage.context_size) })]);
  }
  const made = new Date(message.created);
  if (!Number.isNaN(made.getTime())) facts.push([t("Written"), new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(made)]);
  return facts.filter(([, value]) => value);
}

const CLOSED = { open: false, up: true };

export function MessageInfo({ message }) {
  const t = useT();
  const locale = useLocale();
  const id = useId();
  const ref = useRef(null);
  const [{ open, up }, setPanel] = useState(CLOSED);
  const close = useRef(() => setPanel(CLOSED)).current;
  useDismiss(open, ref, close);
  const toggle = () => {
    // The panel opens to where there is room.
    const top = ref.current.getBoundingClientRect().top;
    setPanel(open ? CLOSED : { open: true, up: top > window.innerHeight / 2 });
  };
  return (
    <span className="lm-info" ref={ref}>
      <button type="button" className="lm-icon" aria-label={t("About this answer")} data-tip={t("About this answer")} aria-expanded={open} aria-controls={open ? id : undefined} onClick={toggle}>
        <Info aria-hidden="true" size={16} />
      </button>
      {open && (
        <div className="lm-info-panel" id={id} data-up={up || undefined}>
          <dl>
            {factsOf(message, t, locale).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <button type="button" className="lm-text-button" onClick={() => openContext(message.id)}>{t("What the model was given")}</button>
        </div>
      )}
    </span>
  );
}
