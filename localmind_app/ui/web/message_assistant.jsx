// An answer: its text as it grows, what happens meanwhile, and what can be done with it.
import { useMemo } from "react";
import { useT } from "$/localmind/i18n";
import { PassagesContext, usePassages } from "./citation.jsx";
import { liveProof, marksByBlock } from "./citations.js";
import { splitBlocks } from "./markdown_blocks.js";
import { Blocks } from "./markdown.jsx";
import { AssistantActions } from "./message_actions.jsx";
import { RecalledMemories } from "./message_memory.jsx";
import { MessageOrigin } from "./message_origin.jsx";
import { MessageSources } from "./message_sources.jsx";
import { EndLine, LeftOutLine, StageLine } from "./message_status.jsx";
import { useModelName } from "./model_names.js";
import { useLive } from "./thread_context.js";

/** What the answer says. The one sentence the server writes by itself is in the person's language. */
function textOf({ text, sources }, t) {
  const ours = sources?.mode === "quote" && sources.absent && text === "This is not in your documents.";
  if (!ours) return text ?? "";
  return sources.web ? t("This is not on the pages that were read.") : t("This is not in your documents.");
}

/** Whose words a quoting answer is made of. */
export const quotedFrom = ({ passages }, t) => (passages.length > 0 && passages.every((one) => one.url) ? t("Quoted from web pages") : t("Quoted from your documents"));

export function AssistantMessage({ message, last }) {
  const t = useT();
  const live = useLive(message.id);
  const model = useModelName(message.model);
  const { sources } = message;
  const text = textOf(message, t);
  const finished = useMemo(() => splitBlocks(text), [text]);
  const passages = usePassages(sources);
  const places = useMemo(() => (sources ? marksByBlock(sources, text, finished) : null), [sources, text, finished]);
  const numbers = useMemo(() => (sources ? liveProof(sources) : null), [sources]);
  const streaming = message.status === "streaming";
  const blocks = live?.blocks ?? finished;
  return (
    <>
      <div className="lm-model" data-quoted={sources?.mode === "quote" || undefined}>
        <span aria-hidden="true">{sources?.mode === "quote" ? quotedFrom(sources, t) : model}</span>
        <MessageOrigin origin={message.origin} />
      </div>
      {blocks.length > 0 && (
        <PassagesContext.Provider value={passages}>
          <Blocks blocks={blocks} live={streaming} proof={live ? numbers : places} />
        </PassagesContext.Provider>
      )}
      {streaming && blocks.length === 0 && <StageLine />}
      {message.status === "queued" && <p className="lm-status">{t("Waiting…")}</p>}
      <LeftOutLine usage={message.usage} />
      <EndLine message={message} last={last} />
      <MessageSources message={message} />
      {!streaming && <RecalledMemories message={message} />}
      {!streaming && message.status !== "queued" && <AssistantActions message={message} />}
    </>
  );
}
