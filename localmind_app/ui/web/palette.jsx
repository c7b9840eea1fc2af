// The command palette. This part is small and always there; the panel is loaded when it is first opened.
// Items: {id, group, label | text, keywords, href, shortcut}. `label` is translated, `text` is shown as it is.
import { lazy, Suspense, useState } from "react";
import { setOpen, useOpen } from "$/localmind/disclosure";
import { useShortcut } from "$/localmind/shortcuts";

const PalettePanel = lazy(() => import("./palette_panel.jsx"));
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
  useShortcut("palette", () => setOpen("palette", !open));
  return (
    <Suspense fallback={null}>
      {wanted && <PalettePanel open={open} items={items} onSelect={onSelect} onSearch={onSearch} onOpenChange={(next) => setOpen("palette", next)} />}
    </Suspense>
  );
}
