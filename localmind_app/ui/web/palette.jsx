// The command palette. This part is small and always there; the panel is loaded when it is first opened.
// Items: {id, group, label | text, keywords, href, shortcut}. `label` is translated, `text` is shown as it is.
import { lazy, Suspense, useEffect, useState } from "react";
import { setOpen, useOpen } from "$/localmind/disclosure";
import { useShortcut } from "$/localmind/shortcuts";

const load = () => import("./palette_panel.jsx");
const PalettePanel = lazy(load);
const actions = new Map();

/** Offers an action as long as the returned function has not been called: {id, group, label, run, shortcut}. */
export const registerAction = (action) => {
  actions.set(action.id, action);
  return () => actions.delete(action.id);
};

export const registeredActions = () => [...actions.values()];

/** `onSelect(id)` is called for items without href; `onSearch(text)` while typing, to fetch more items. */
export function Palette({ items = [], onSelect, onSearch }) {
  const open = useOpen("palette");
  const [wanted, setWanted] = useState(false);
  if (open && !wanted) setWanted(true);
  // Fetched while nothing else happens: letters typed right after the shortcut must not get lost.
  useEffect(() => {
    const timer = setTimeout(() => load().catch(() => {}), 2000); // not reached: fetched when it is opened
    return () => clearTimeout(timer);
  }, []);
  useShortcut("palette", () => setOpen("palette", !open));
  return (
    <Suspense fallback={null}>
      {wanted && <PalettePanel open={open} items={items} onSelect={onSelect} onSearch={onSearch} onOpenChange={(next) => setOpen("palette", next)} />}
    </Suspense>
  );
}
