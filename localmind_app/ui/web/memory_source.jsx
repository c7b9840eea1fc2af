// Where a memory comes from: the message in which the person said it.
import { Link } from "react-router";
import { useLocale, useT } from "$/localmind/i18n";
import { messageAddress, showMessage } from "./context_address.js";

export function MemorySource({ memory, onOpen }) {
  const t = useT();
  const locale = useLocale();
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(memory.said));
  const words = memory.source === "explicit" && !memory.chat ? t("You wrote so on {day}", { day }) : t("You said so on {day}", { day });
  const open = () => {
    onOpen?.();
    showMessage(memory.chat, memory.message);
  };
  return (
    <>
      {memory.until !== null && <>{t("no longer so")} · </>}
      {memory.chat ? <Link to={messageAddress(memory.chat, memory.message)} onClick={open}>{words}</Link> : words}
    </>
  );
}
