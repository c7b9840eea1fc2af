// The list of all shortcuts, opened by its own shortcut. Loaded when it is first opened.
import { lazy, Suspense, useState } from "react";
import { setOpen, useOpen } from "$/localmind/disclosure";
import { useShortcut } from "$/localmind/shortcuts";

const Panel = lazy(() => import("./shortcut_list.jsx"));

export function ShortcutSheet() {
  const open = useOpen("shortcuts");
  const [wanted, setWanted] = useState(false);
  if (open && !wanted) setWanted(true);
  useShortcut("shortcuts", () => setOpen("shortcuts", !open));
  return <Suspense fallback={null}>{wanted && <Panel open={open} onOpenChange={(next) => setOpen("shortcuts", next)} />}</Suspense>;
}
