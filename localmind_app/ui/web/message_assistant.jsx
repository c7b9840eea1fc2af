// An answer: its text as it grows, what happens meanwhile, and what can be done with it.
import { useMemo } from "react";
import { useT } from "$/localmind/i18n";
import { splitBlocks } from "./markdown_blocks.js";
import { Blocks } from "./markdown.jsx";
import { AssistantActions } from "./message_actions.jsx";
import { RecalledMemories } from "./message_memory.jsx";
import { MessageOrigin } from "./message_origin.jsx";
import { EndLine, LeftOutLine, StageLine } from "./message_status.jsx";
import { useModelName } from "./model_names.js";
import { useLive } from "./thread_context.js";

export function AssistantMessage({ message, last }) {
  const t = useT();
  const live = useLive(message.id);
  const name = useModelName(message.model);
  const finished = useMemo(() => splitBlocks(message.text ?? ""), [message.text]);
  const streaming = message.status === "streaming";
  const blocks = live?.blocks ?? finished;
  return (
    <>
      <div className="lm-model">
        <span aria-hidden="true">{name}</span>
        <MessageOrigin origin={message.origin} />
      </div>
      {blocks.length > 0 && <Blocks blocks={blocks} live={streaming} />}
      {streaming && blocks.length === 0 && <StageLine />}
      {message.status === "queued" && <p className="lm-status">{t("Waiting…")}</p>}
      <LeftOutLine usage={message.usage} />
      <EndLine message={message} last={last} />
      {!streaming && <RecalledMemories message={message} />}
      {!streaming && message.status !== "queued" && <AssistantActions message={message} />}
    </>
  );
}
