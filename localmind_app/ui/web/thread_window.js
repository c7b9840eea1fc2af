// How many of the loaded messages are drawn: a few at once, the rest while the page is idle, older pages on demand.
import { useCallback, useEffect, useRef, useState } from "react";

const FIRST = 8;
const STEP = 8;
const PAGE = 50;

/** `rows` to draw, whether loaded ones are still `hidden`, and how to `showMore`. */
export function useShown(state, store, hold) {
  const [limit, setLimit] = useState(FIRST);
  const [target, setTarget] = useState(PAGE);
  const asked = useRef(PAGE);
  const first = useRef(null);
  const total = state.messages.length;
  const wanted = Math.min(target, total);

  // A growing chat keeps its oldest drawn row: new messages may not push one out that is being read.
  const start = Math.max(0, total - limit);
  const anchor = state.messages.findIndex((message) => message.id === first.current);
  const rows = state.messages.slice(anchor >= 0 ? Math.min(anchor, start) : start);
  first.current = rows[0]?.id ?? null;
  const drawn = rows.length;

  useEffect(() => {
    if (drawn >= wanted) return undefined;
    const timer = setTimeout(() => {
      hold();
      setLimit(Math.min(wanted, drawn + STEP));
    }, 30);
    return () => clearTimeout(timer);
  }, [drawn, wanted, hold]);

  const showMore = useCallback(() => {
    asked.current += PAGE;
    setTarget(asked.current);
    const { messages, more } = store.getState();
    if (more && asked.current > messages.length) store.loadOlder();
  }, [store]);

  return { rows, hidden: drawn < total, settled: drawn >= wanted && !state.loadingOlder, showMore };
}
