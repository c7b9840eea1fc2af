// Changing a message in place. Saving makes a new version of it; the old one is kept.
import { useEffect, useRef, useState } from "react";
import { useT } from "$/localmind/i18n";

export function MessageEdit({ text, onSave, onCancel }) {
  const t = useT();
  const [draft, setDraft] = useState(text);
  const field = useRef(null);
  useEffect(() => {
    field.current.focus();
    field.current.setSelectionRange(text.length, text.length);
  }, [text]);

  const empty = !draft.trim();
  const onKeyDown = (event) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return; // an input method is choosing a word
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !empty) onSave(draft);
  };
  return (
    <form
      className="lm-edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) onSave(draft);
      }}
    >
      <textarea ref={field} aria-label={t("Edit your message")} rows={Math.min(12, draft.split("\n").length + 1)} value={draft} onChange={(event) => setDraft(event.target.value)} onKeyDown={onKeyDown} />
      <div className="lm-edit-bar">
        <span className="lm-note">{t("This makes a new version. The old one is kept.")}</span>
        <div className="lm-edit-buttons">
          <button type="button" className="lm-button" onClick={onCancel}>{t("Cancel")}</button>
          <button type="submit" className="lm-button" data-primary disabled={empty}>{t("Send")}</button>
        </div>
      </div>
    </form>
  );
}
