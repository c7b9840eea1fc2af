// The quiet row under an answer: copy, try again, facts, versions. Continue stands in the status line.
import { Check, Copy, FileText, RotateCcw } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { sourceList } from "./citations.js";
import { splitBlocks } from "./markdown_blocks.js";
import { plainText } from "./markdown_plain.js";
import { useCopy } from "./message_clipboard.js";
import { MessageInfo } from "./message_info.jsx";
import { MessageVersions } from "./message_versions.jsx";
import { useThread } from "./thread_context.js";

export function ActionButton({ ref, icon: Icon, label, onClick, ...rest }) {
  return (
    <button ref={ref} type="button" className="lm-icon" aria-label={label} data-tip={label} onClick={onClick} {...rest}>
      <Icon aria-hidden="true" size={16} />
    </button>
  );
}

export function AssistantActions({ message }) {
  const t = useT();
  const { commands } = useThread();
  const text = useCopy();
  const source = useCopy();
  return (
    <div className="lm-actions" role="group" aria-label={t("Actions for this answer")}>
      <MessageVersions message={message} />
      {message.text && (
        <>
          <ActionButton icon={text.copied ? Check : Copy} label={text.copied ? t("Copied") : t("Copy as text")} onClick={() => text.copy(plainText(splitBlocks(message.text)) + sourceList(message.sources, t))} />
          <ActionButton icon={source.copied ? Check : FileText} label={source.copied ? t("Copied") : t("Copy as Markdown")} onClick={() => source.copy(message.text + sourceList(message.sources, t))} />
        </>
      )}
      {message.status !== "failed" && <ActionButton icon={RotateCcw} label={t("Try again")} onClick={() => commands.retry(message.id)} />}
      <MessageInfo message={message} />
    </div>
  );
}
