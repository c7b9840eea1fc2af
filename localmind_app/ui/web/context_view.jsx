// The context view: what an answer was given, part by part, as it was recorded when it was sent. Python: context_view.py.
import { useCallback, useEffect, useState } from "react";
import { useLocale, useT, useTN } from "$/localmind/i18n";
import { OPEN_CONTEXT } from "./context_address.js";
import { ContextMemories } from "./context_memories.jsx";
import { partsOf, widthsOf } from "./context_parts.js";
import { modelName } from "./model_names.js";
import { Sheet } from "./sheet.jsx";
import { openSource } from "./source_address.js";

const [LOADING, NONE, FAILED] = ["loading", "none", "failed"];
const AGAIN_MS = 1500; // tokens are counted a moment after the answer

function useGiven(chat, asked) {
  const [given, setGiven] = useState(LOADING);
  const [round, setRound] = useState(0);
  useEffect(() => setGiven(LOADING), [chat, asked]);
  useEffect(() => {
    if (asked === null || !chat) return undefined;
    const stop = new AbortController();
    const base = `/api/chats/${encodeURIComponent(chat)}`;
    const path = asked ? `${base}/messages/${encodeURIComponent(asked)}/given` : `${base}/given`;
    fetch(path, { credentials: "same-origin", cache: "no-store", signal: stop.signal })
      .then((answer) => (answer.ok ? answer.json() : answer.status === 404 ? NONE : FAILED))
      .then(setGiven, () => stop.signal.aborted || setGiven(FAILED));
    return () => stop.abort();
  }, [chat, asked, round]);
  const waiting = asked !== null && typeof given === "object" && !given.counted;
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setRound(round + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [waiting, round]);
  return given;
}

function useTokens(given) {
  const t = useT();
  const locale = useLocale();
  return (tokens) => {
    if (!given.counted) return "";
    const n = new Intl.NumberFormat(locale).format(tokens);
    return given.estimated ? t("about {n} tokens", { n }) : t("{n} tokens", { n });
  };
}

function useNames() {
  const t = useT();
  return {
    system: t("System prompt"), memories: t("Memories"), passages: t("Documents"), messages: t("Messages"),
    format: t("Instructions and format"), answer: t("Answer"),
  };
}

function Bar({ given, tokens }) {
  const t = useT();
  const names = useNames();
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale);
  const parts = widthsOf(partsOf(given), given.size);
  if (!given.counted) return <p className="lm-context-note" role="status">{t("The tokens are counted when the answer is done.")}</p>;
  return (
    <>
      <div className="lm-context-bar" aria-hidden="true">
        {parts.map((part) => <span key={part.kind} data-kind={part.kind} style={{ width: `${part.percent}%` }} />)}
      </div>
      <dl className="lm-context-legend">
        {parts.map((part) => (
          <div key={part.kind}>
            <dt><span className="lm-context-dot" data-kind={part.kind} aria-hidden="true" />{names[part.kind]}</dt>
            <dd>{tokens(part.tokens)}</dd>
          </div>
        ))}
        <div className="lm-context-sum">
          <dt>{t("Together")}</dt>
          <dd>
            {given.size > 0
              ? t("{used} of {size} tokens", { used: number.format(given.used ?? 0), size: number.format(given.size) })
              : tokens(parts.reduce((sum, part) => sum + part.tokens, 0))}
          </dd>
        </div>
      </dl>
    </>
  );
}

function Part({ title, note, children }) {
  return (
    <section className="lm-context-part">
      <h3>{title}{note && <span className="lm-context-note">{note}</span>}</h3>
      {children}
    </section>
  );
}

function Passage({ passage, tokens, close }) {
  const t = useT();
  const page = passage.page === null || passage.page === undefined ? "" : ` · ${t("page {n}", { n: passage.page + 1 })}`;
  const open = () => {
    close();
    openSource(passage);
  };
  return (
    <li>
      <button type="button" className="lm-found-place" onClick={open}><bdi>{passage.name}</bdi>{page}</button>
      <span className="lm-context-excerpt" dir="auto">{passage.text}</span>
      <span className="lm-context-note">{tokens(passage.tokens)}</span>
    </li>
  );
}

function MessageRow({ message, tokens }) {
  const t = useT();
  const who = message.role === "user" ? t("You") : message.begun ? t("The answer so far") : t("Answer");
  return (
    <li data-left-out={message.left_out || undefined}>
      <span className="lm-context-note">
        <span>{who}</span>
        {message.left_out ? <span className="lm-context-left">{t("left out")}</span> : tokens(message.tokens)}
      </span>
      <span className="lm-context-excerpt" dir="auto">{message.text}</span>
    </li>
  );
}

function LeftOut({ left }) {
  const tn = useTN();
  const t = useT();
  if (!left.messages && !left.tokens) return null;
  return (
    <p className="lm-context-warning">
      {left.messages > 0
        ? tn("The context was full: the oldest message was left out.", "The context was full: the {n} oldest messages were left out.", left.messages)
        : t("The context was full: its oldest tokens were left out.")}
    </p>
  );
}

function Given({ given, close }) {
  const t = useT();
  const names = useNames();
  const tokens = useTokens(given);
  return (
    <div className="lm-context">
      <p className="lm-context-note">
        {given.quoted ? t("No model was asked: the answer is put together from these passages.") : t("This is what {model} was given for the answer, as it was sent.", { model: modelName(given.model) })}
      </p>
      {!given.quoted && <Bar given={given} tokens={tokens} />}
      <LeftOut left={given.left_out} />
      {given.system && (
        <Part title={names.system} note={tokens(given.system.tokens)}>
          <p className="lm-context-text" dir="auto">{given.system.text}</p>
        </Part>
      )}
      {given.memories.length > 0 && (
        <Part title={names.memories} note={tokens(given.memory_tokens)}>
          <ContextMemories given={given} close={close} tokens={tokens} />
        </Part>
      )}
      {given.passages.length > 0 && (
        <Part title={names.passages}>
          <ol className="lm-context-list">{given.passages.map((one) => <Passage key={one.n} passage={one} tokens={tokens} close={close} />)}</ol>
        </Part>
      )}
      {given.messages.length > 0 && (
        <Part title={names.messages}>
          <ol className="lm-context-list">{given.messages.map((one) => <MessageRow key={one.id} message={one} tokens={tokens} />)}</ol>
        </Part>
      )}
    </div>
  );
}

function Content({ given, close }) {
  const t = useT();
  if (given === LOADING) return <p className="lm-source-message" role="status">{t("Loading")}</p>;
  if (given === NONE) return <p className="lm-source-message" role="status">{t("What this answer was given was not kept. Newer answers show it here.")}</p>;
  if (given === FAILED) return <p className="lm-source-message" role="alert">{t("The context could not be loaded. Close this and try again.")}</p>;
  return <Given given={given} close={close} />;
}

export function ContextView({ chatId = "" }) {
  const t = useT();
  const [asked, setAsked] = useState(null); // the answer; "" is the newest one, null is closed
  const close = useCallback(() => setAsked(null), []);
  const given = useGiven(chatId, asked);
  useEffect(() => {
    const open = ({ detail }) => setAsked(detail.message);
    window.addEventListener(OPEN_CONTEXT, open);
    return () => window.removeEventListener(OPEN_CONTEXT, open);
  }, []);
  useEffect(close, [chatId, close]);
  return (
    <Sheet side="right" full open={asked !== null} onOpenChange={(open) => open || close()} title={t("Context")}>
      {asked !== null && <Content given={given} close={close} />}
    </Sheet>
  );
}
