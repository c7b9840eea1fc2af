// The opened command palette: a dialog with a combobox and its listbox (WAI-ARIA APG, editable combobox with list).
// The focus stays in the text field; aria-activedescendant says which option Enter would take.
import { useEffect, useId, useMemo, useRef, useState } from "react";
import * as Dialog from "@radix-ui/react-dialog";
import { Search } from "lucide-react";
import { useNavigate } from "react-router";
import { rememberFocus, returnFocus } from "./focus_return.js";
import { mark, useT, useTN } from "$/localmind/i18n";
import { Keys } from "$/localmind/kbd";
import { registeredActions } from "$/localmind/palette";
import { arrange } from "$/localmind/palette_match";
import { isActive, shortcuts, trigger } from "$/localmind/shortcuts";

const STORE_KEY = "localmind.palette.recent";
const KEPT = 5;

const readRecent = () => {
  try {
    return JSON.parse(localStorage.getItem(STORE_KEY) ?? "[]");
  } catch {
    return []; // storage blocked or damaged: nothing is recent
  }
};

const remember = (id) => {
  try {
    localStorage.setItem(STORE_KEY, JSON.stringify([id, ...readRecent().filter((other) => other !== id)].slice(0, KEPT)));
  } catch {
    // not remembered
  }
};

// What a shortcut can do, the palette can do; it never lists itself.
const fromShortcuts = () =>
  shortcuts()
    .filter((one) => one.id !== "palette" && one.listed && isActive(one.id))
    .map((one) => ({ id: one.id, group: mark("Actions"), label: one.label, shortcut: one.id, run: () => trigger(one.id) }));

function Option({ item, id, active, onTake }) {
  const ref = useRef(null);
  useEffect(() => {
    if (active) ref.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <li ref={ref} id={id} role="option" aria-selected={active} onClick={onTake} className={`lm-target flex cursor-pointer items-center gap-3 rounded-sm px-3 text-sm ${active ? "bg-selected" : "hover:bg-hover"}`}>
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {item.shortcut && <Keys id={item.shortcut} />}
    </li>
  );
}

// Lives as long as the palette is open: every opening starts empty.
function Finder({ items, onSelect, onSearch, onClose }) {
  const t = useT();
  const tn = useTN();
  const navigate = useNavigate();
  const prefix = useId();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);

  const groups = useMemo(() => {
    const all = [...fromShortcuts(), ...registeredActions(), ...items];
    return arrange(all.map((item) => ({ ...item, label: item.text ?? t(item.label) })), query, readRecent());
  }, [items, query, t]);
  const flat = groups.flatMap((group) => group.members);
  const current = flat[Math.min(active, flat.length - 1)];

  const take = (item) => {
    if (!item) return;
    remember(item.id);
    onClose();
    // After the dialog has given the focus back, so that the action can place it.
    setTimeout(() => {
      if (item.run) item.run();
      else if (item.href) navigate(item.href);
      else onSelect?.(item.id);
    });
  };
  const onKeyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    const last = flat.length - 1;
    const steps = { ArrowDown: active >= last ? 0 : active + 1, ArrowUp: active <= 0 ? last : active - 1, PageDown: Math.min(active + 8, last), PageUp: Math.max(active - 8, 0) };
    if (event.key in steps) {
      event.preventDefault();
      setActive(Math.max(steps[event.key], 0));
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(current);
    }
  };
  const onChange = (event) => {
    setQuery(event.target.value);
    setActive(0);
    onSearch?.(event.target.value);
  };
  const optionId = (item) => `${prefix}-${item.group}-${item.id}`;
  const list = `${prefix}-list`;
  return (
    <>
      <div className="flex items-center gap-3 border-b border-border px-4">
        <Search aria-hidden="true" size={18} className="shrink-0 text-muted" />
        <input
          role="combobox"
          aria-label={t("Search chats and actions")}
          aria-expanded={flat.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={current ? optionId(current) : undefined}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          placeholder={t("Search chats and actions")}
          value={query}
          onChange={onChange}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent outline-none"
        />
      </div>
      <ul id={list} role="listbox" aria-label={t("Results")} className="overflow-y-auto overscroll-contain p-2">
        {groups.map((group) => (
          <li key={group.name} role="presentation">
            <div id={`${prefix}-${group.name}`} className="px-3 pb-1 pt-2 text-xs font-medium text-muted">{group.name === "recent" ? t("Recent") : t(group.name)}</div>
            <ul role="group" aria-labelledby={`${prefix}-${group.name}`}>
              {group.members.map((item) => (
                <Option key={optionId(item)} id={optionId(item)} item={item} active={item === current} onTake={() => take(item)} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {flat.length === 0 && <p className="px-5 pb-5 text-sm text-muted">{t("Nothing found. Try fewer letters.")}</p>}
      <div role="status" className="sr-only">{query ? tn("{n} result", "{n} results", flat.length) : ""}</div>
    </>
  );
}

export default function PalettePanel({ open, onOpenChange, ...finder }) {
  const t = useT();
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="lm-fade fixed inset-0 z-50 bg-overlay" />
        <Dialog.Content aria-describedby={undefined} onOpenAutoFocus={rememberFocus} onCloseAutoFocus={returnFocus} className="lm-rise fixed inset-x-0 z-50 mx-auto flex max-h-[min(32rem,80dvh)] w-[min(40rem,calc(100vw-1.5rem))] flex-col overflow-hidden rounded-lg border border-border bg-raised text-text shadow-lg top-[max(12dvh,calc(0.75rem+var(--safe-top)))]">
          <Dialog.Title className="sr-only">{t("Command palette")}</Dialog.Title>
          <Finder {...finder} onClose={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
