// The shortcut that copies the newest answer as Markdown.
import { useT } from "$/localmind/i18n";
import { useShortcut } from "$/localmind/shortcuts";
import { toast } from "$/localmind/toast";
import { sourceList } from "./citations.js";
import { copyText } from "./message_clipboard.js";

/** Copies the newest answer of the store's chat when the keys are pressed, and says so. */
export function useCopyLast(store) {
  const t = useT();
  useShortcut("copy-answer", async () => {
    const last = store.getState().messages.findLast((message) => message.role === "assistant" && message.text);
    if (!last) return toast("There is no answer to copy yet.");
    const done = await copyText(last.text + sourceList(last.sources, t));
    return toast(done ? "The last answer was copied." : { kind: "error", message: "The browser did not allow copying." });
  });
}
