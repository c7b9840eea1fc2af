// One row of a thread. Drawn again only when its message is another object.
import { memo } from "react";
import { useT } from "$/localmind/i18n";
import { AssistantMessage, quotedFrom } from "./message_assistant.jsx";
import { UserMessage } from "./message_user.jsx";
import { useModelName } from "./model_names.js";

const nameOf = (message, name, t) => {
  if (message.role === "user") return t("You said");
  if (message.sources?.mode === "quote") return quotedFrom(message.sources, t);
  const model = name || t("The model");
  return message.status === "streaming" ? t("{model} is writing", { model }) : t("{model} said", { model });
};

export const Message = memo(function Message({ message, last, editing, found }) {
  const t = useT();
  const name = useModelName(message.model);
  const Body = message.role === "user" ? UserMessage : AssistantMessage;
  return (
    <article
      id={`m-${message.id}`}
      className="lm-msg"
      data-message={message.id}
      data-role={message.role}
      data-status={message.status}
      data-last={last || undefined}
      data-found={found || undefined}
      aria-label={nameOf(message, name, t)}
      aria-busy={message.status === "streaming" || undefined}
      tabIndex={-1}
    >
      <Body message={message} last={last} editing={editing} />
    </article>
  );
});
