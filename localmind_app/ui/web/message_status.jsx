// What happened or is happening to an answer, in plain words.
import { useT } from "$/localmind/i18n";
import { useStage, useThread } from "./thread_context.js";

const percent = (progress) => (typeof progress === "number" ? Math.round(Math.min(1, Math.max(0, progress)) * 100) : null);

function stageWords(stage, t) {
  const done = percent(stage?.progress);
  switch (stage?.stage) {
    case "reading":
      return done === null ? t("Reading {name}…", { name: stage.file }) : t("Reading {name}… {n} %", { name: stage.file, n: done });
    case "web-search":
      return t("Searching the web for “{query}”…", { query: stage.query });
    case "web-reading":
      return stage.of ? t("Reading web pages… {read} of {of}", { read: stage.read, of: stage.of }) : t("Reading web pages…");
    case "searching":
      return t("Searching your documents…");
    case "queued":
      return stage.position > 0 ? t("Waiting for its turn, {n} before it…", { n: stage.position }) : t("Waiting for its turn…");
    case "loading":
      return done === null ? t("Loading model…") : t("Loading model… {n} %", { n: done });
    case "prompt":
      return done ? t("Reading your message… {n} %", { n: done }) : t("Reading your message…");
    default:
      return t("Starting…");
  }
}

/** Before the first word: which stage the answer is in. */
export function StageLine() {
  const t = useT();
  const stage = useStage(true);
  const done = percent(stage?.progress);
  return (
    <p className="lm-status lm-stage">
      <span className="lm-dot" aria-hidden="true" />
      <span>{stageWords(stage, t)}</span>
      {done !== null && <progress className="lm-progress" max={100} value={done} aria-label={stageWords(stage, t)} />}
    </p>
  );
}

const reasonOf = (error, t) => (error ? t(error.template ?? error.message ?? "", error.params ?? undefined) : "");
const sentence = (text) => (/[.!?…。]$/.test(text) ? text : `${text}.`);

/** What of the chat the model did not see, because its context is full. */
export function LeftOutLine({ usage }) {
  const t = useT();
  if (!usage?.dropped_tokens) return null;
  const said = usage.dropped_messages
    ? t("This chat is longer than the model can read: the oldest {n} messages were left out.", { n: usage.dropped_messages })
    : t("This chat is longer than the model can read: its beginning was left out.");
  return <p className="lm-status"><span>{said}</span></p>;
}

/** After the end, when it did not end well. Errors are announced at once. */
export function EndLine({ message, last }) {
  const t = useT();
  const { commands } = useThread();
  const reason = reasonOf(message.error, t);
  const button = (label, command) => <button type="button" className="lm-button" onClick={() => command(message.id)}>{label}</button>;
  const resume = last && button(t("Continue"), commands.continue);
  switch (message.status) {
    case "stopped":
      return <p className="lm-status"><span>{t("Stopped.")}</span>{message.text && resume}</p>;
    case "interrupted":
      return (
        <p className="lm-status" data-tone="warning" role={last ? "alert" : undefined}>
          <span>{reason ? t("Interrupted: {reason}", { reason: sentence(reason) }) : t("Interrupted.")} {t("What was written is kept.")}</span>
          {resume}
        </p>
      );
    case "failed":
      return (
        <p className="lm-status" data-tone="danger" role={last ? "alert" : undefined}>
          <span>{reason || t("The answer could not be written.")}</span>
          {button(t("Try again"), commands.retry)}
        </p>
      );
    case "complete":
      return message.finish === "length" ? <p className="lm-status"><span>{t("The answer reached its length limit.")}</span>{resume}</p> : null;
    case "streaming": // it goes on, but something is wrong meanwhile: a full disk
      return reason ? <p className="lm-status" data-tone="danger" role="alert"><span>{reason}</span></p> : null;
    default:
      return null;
  }
}
