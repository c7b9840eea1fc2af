// Collections in the composer: "#" opens a list to choose from, chips show what was chosen and what the chat has.
import { useCallback, useEffect, useId, useState } from "react";
import { Hash, Library, Pin, Quote, X } from "lucide-react";
import { Link } from "react-router";
import { useT, useTN } from "$/localmind/i18n";
import { matching, triggerAt, withoutTrigger } from "./composer_trigger.js";

const CLOSED = { trigger: null, at: 0, left: null };

/** The person's collections; null while they come, and when they do not: "#" is then a letter like others. */
function useCollections(wanted) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (!wanted) return undefined;
    const stop = new AbortController();
    fetch("/api/knowledge/collections", { credentials: "same-origin", cache: "no-store", signal: stop.signal })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`HTTP ${answer.status}`))))
      .then((body) => setFound(body.collections), () => {});
    return () => stop.abort();
  }, [wanted]);
  return found;
}

/**
 * The list behind "#". `props` belong to the field, `onKey(event)` says whether a key was meant for the list, `follow()`
 * is called whenever the text or the cursor has changed.
 */
export function usePicker({ field, write, taken, onChoose }) {
  const id = useId();
  const [{ trigger, at, left }, setState] = useState(CLOSED);
  const found = useCollections(trigger !== null);
  const shown = trigger && found ? matching(found, trigger.query, taken) : [];
  // Letters that no collection has are words of the message.
  const open = trigger !== null && found !== null && (shown.length > 0 || trigger.query === "");
  const chosen = Math.min(at, shown.length - 1);

  const follow = useCallback(() => {
    const { value, selectionStart, selectionEnd } = field.current;
    const next = selectionStart === selectionEnd ? triggerAt(value, selectionStart) : null;
    setState((was) => {
      if (!next) return was.left === null && !was.trigger ? was : CLOSED;
      if (next.start === was.left) return was; // Escape: this one is a letter
      return { trigger: next, at: was.trigger?.query === next.query ? was.at : 0, left: null };
    });
  }, [field]);
  const close = () => setState({ trigger: null, at: 0, left: trigger?.start ?? null });
  const take = (collection) => {
    const next = withoutTrigger(field.current.value, trigger);
    write(next.text);
    setState(CLOSED);
    onChoose({ id: collection.id, name: collection.name });
    field.current.focus();
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret));
  };
  const acts = {
    ArrowDown: () => setState((was) => ({ ...was, at: (chosen + 1) % shown.length })),
    ArrowUp: () => setState((was) => ({ ...was, at: (chosen - 1 + shown.length) % shown.length })),
    Enter: () => take(shown[chosen]),
    Tab: () => take(shown[chosen]),
    Escape: close,
  };
  const onKey = (event) => {
    const act = open && !event.nativeEvent.isComposing && !event.shiftKey ? acts[event.key] : null;
    if (!act || (!shown.length && event.key !== "Escape")) return false;
    event.preventDefault();
    event.stopPropagation();
    act();
    return true;
  };
  /** For the button: writes the "#" where the cursor is. */
  const begin = () => {
    const { value, selectionStart: caret } = field.current;
    const gap = caret > 0 && !/\s/.test(value[caret - 1]) ? " #" : "#";
    write(value.slice(0, caret) + gap + value.slice(caret));
    field.current.focus();
    requestAnimationFrame(() => {
      field.current?.setSelectionRange(caret + gap.length, caret + gap.length);
      follow();
    });
  };
  const optionId = (n) => `${id}-${n}`;
  const props = open ? { "aria-controls": id, "aria-autocomplete": "list", "aria-activedescendant": shown.length ? optionId(chosen) : undefined } : {};
  return { id, open, shown, chosen, optionId, take, onKey, follow, close, begin, props };
}

export function Picker({ picker }) {
  const t = useT();
  const tn = useTN();
  const { id, open, shown, chosen, optionId, take } = picker;
  useEffect(() => {
    if (open) document.getElementById(optionId(chosen))?.scrollIntoView({ block: "nearest" });
  });
  return (
    <>
      <span className="lm-hidden" role="status">{open && shown.length ? tn("{n} collection to choose", "{n} collections to choose", shown.length) : ""}</span>
      {open && shown.length === 0 && (
        <p className="lm-picker lm-picker-none">
          {t("There is no collection to choose.")} <Link to="/knowledge">{t("Make one")}</Link>
        </p>
      )}
      {open && shown.length > 0 && (
        <ul className="lm-picker" id={id} role="listbox" aria-label={t("Collections")}>
          {shown.map((one, n) => (
            // the pointer must not take the focus away from the field
            <li key={one.id} id={optionId(n)} role="option" aria-selected={n === chosen} onPointerDown={(event) => event.preventDefault()} onClick={() => take(one)}>
              <Library aria-hidden="true" size={16} />
              <bdi>{one.name}</bdi>
              {one.documents !== undefined && <span className="lm-picker-count">{tn("{n} document", "{n} documents", one.documents)}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function CollectionChip({ name, children }) {
  return (
    <li className="lm-file">
      <span className="lm-file-face">
        <Library aria-hidden="true" size={16} />
        <bdi className="lm-file-name" title={name}>{name}</bdi>
      </span>
      {children}
    </li>
  );
}

const ChipButton = ({ icon: Icon, label, tip, onClick }) => (
  <button type="button" className="lm-file-button" aria-label={label} data-tip={tip} onClick={onClick}>
    <Icon aria-hidden="true" size={16} />
  </button>
);

/** The collections that this message is asked of. `onKeep` makes one a part of the whole chat. */
export function ChosenCollections({ collections, onRemove, onKeep }) {
  const t = useT();
  if (!collections.length) return null;
  return (
    <ul className="lm-files" aria-label={t("Collections for this message")}>
      {collections.map(({ id, name }) => (
        <CollectionChip key={id} name={name}>
          {onKeep && <ChipButton icon={Pin} label={t("Ask {name} in the whole chat", { name })} tip={t("Ask it in the whole chat")} onClick={() => onKeep(id)} />}
          <ChipButton icon={X} label={t("Remove {name}", { name })} tip={t("Remove")} onClick={() => onRemove(id)} />
        </CollectionChip>
      ))}
    </ul>
  );
}

/** Above the composer: the collections that every message of this chat is asked of. */
export function AttachedCollections({ collections, onRemove }) {
  const t = useT();
  if (!collections.length) return null;
  return (
    <div className="lm-attached">
      <span className="lm-note" aria-hidden="true">{t("Asks:")}</span>
      <ul className="lm-files" aria-label={t("Collections of this chat")}>
        {collections.map(({ id, name }) => (
          <CollectionChip key={id} name={name}>
            <ChipButton icon={X} label={t("Ask {name} no more in this chat", { name })} tip={t("Remove from this chat")} onClick={() => onRemove(id)} />
          </CollectionChip>
        ))}
      </ul>
    </div>
  );
}

/** The two tools beside the paper clip. */
export function AskTools({ onPick, quote, onQuote }) {
  const t = useT();
  return (
    <>
      <button type="button" className="lm-attach" aria-label={t("Ask a collection")} data-tip={t("Ask a collection (#)")} onClick={onPick}>
        <Hash aria-hidden="true" size={18} />
      </button>
      <button type="button" className="lm-attach" aria-label={t("Quotations only")} data-tip={t("Quotations only: the best sentences of your documents, word by word")} aria-pressed={quote} onClick={() => onQuote(!quote)}>
        <Quote aria-hidden="true" size={18} />
      </button>
    </>
  );
}
