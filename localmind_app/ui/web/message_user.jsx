// What the person said: plain text in a bubble, long ones folded, edited in place.
import { useRef, useState } from "react";
import { Check, Copy, Pencil } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { useCopy } from "./message_clipboard.js";
import { MessageCollections } from "./message_collections.jsx";
import { MessageEdit } from "./message_edit.jsx";
import { MessageFiles } from "./message_files.jsx";
import { ActionButton } from "./message_actions.jsx";
import { MemoryDone } from "./message_memory.jsx";
import { MessageVersions } from "./message_versions.jsx";
import { useThread } from "./thread_context.js";

const isLong = (text) => text.length > 1500 || text.split("\n", 25).length > 24;

function Bubble({ text }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const long = isLong(text);
  return (
    <div className="lm-bubble" dir="auto">
      <div className="lm-bubble-text" data-folded={(long && !open) || undefined}>{text}</div>
      {long && (
        <button type="button" className="lm-text-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t("Show less") : t("Show all")}
        </button>
      )}
    </div>
  );
}

export function UserMessage({ message, editing }) {
  const t = useT();
  const { commands, edit } = useThread();
  const { copied, copy } = useCopy();
  const pencil = useRef(null);
  const queued = message.status === "queued";

  const leave = () => {
    edit(null);
    requestAnimationFrame(() => pencil.current?.focus()); // the pencil is back in the page only after the next draw
  };
  const save = (text) => {
    edit(null);
    if (text !== message.text) commands.edit(message.id, text);
    window.dispatchEvent(new CustomEvent("localmind:focus-composer"));
  };

  if (editing) return <MessageEdit text={message.text} onSave={save} onCancel={leave} />;
  return (
    <>
      <MessageFiles message={message} />
      <MessageCollections sources={message.sources} />
      <Bubble text={message.text} />
      <MemoryDone memory={message.memory} message={message} />
      {queued && (
        <p className="lm-status">
          <span>{t("Waiting…")}</span>
          <button type="button" className="lm-text-button" onClick={() => commands.cancelQueued(message.id)}>{t("Do not send")}</button>
        </p>
      )}
      {!queued && (
        <div className="lm-actions" role="group" aria-label={t("Actions for your message")}>
          <MessageVersions message={message} />
          <ActionButton icon={copied ? Check : Copy} label={copied ? t("Copied") : t("Copy")} onClick={() => copy(message.text)} />
          <ActionButton ref={pencil} icon={Pencil} label={t("Edit")} onClick={() => edit(message.id)} />
        </div>
      )}
    </>
  );
}
