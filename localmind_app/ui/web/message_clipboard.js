// Copying, also where the Clipboard API is missing (plain http on a local network is not a secure context).
import { useCallback, useEffect, useRef, useState } from "react";
import { toast } from "$/localmind/toast";

function copyBySelection(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  field.style.cssText = "position:fixed;top:0;opacity:0";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus?.();
  return done;
}

/** Puts text on the clipboard; false when the browser refused. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // no permission, or no secure context
  }
}

/** `copied` is true for two seconds after `copy(text)` worked. */
export function useCopy() {
  const [copied, setCopied] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback(async (text) => {
    if (!(await copyText(text))) return toast({ kind: "error", message: "The browser did not allow copying." });
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), 2000);
    return undefined;
  }, []);
  return { copied, copy };
}
