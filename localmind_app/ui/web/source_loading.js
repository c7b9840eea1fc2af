// Hook: what the server says about a passage or a document. Not covered: how it is shown (source_viewer.jsx).
import { useCallback, useEffect, useState } from "react";

const LOADING = { phase: "loading", passage: null, drawing: false };
const FAILED = { phase: "failed", passage: null, drawing: false };

/** The address of what is wanted, without what is asked of it. */
function placeOf({ chunk, document, quote }) {
  if (document) return `/api/knowledge/documents/${encodeURIComponent(document)}/opening?`;
  return `/api/knowledge/passages/${chunk}?${quote ? `quote=${quote[0]}-${quote[1]}&` : ""}`;
}

async function load(address, signal) {
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", signal });
  if (answer.status === 404) return { phase: "gone", passage: null, drawing: false };
  return answer.ok ? { phase: "ready", passage: await answer.json(), drawing: false } : FAILED;
}

/**
 * {phase: "loading" | "ready" | "gone" | "failed", passage, drawing} of what the address names (or null), and a function
 * that asks again. Where the pages of an office file can be made, its text is there first and `drawing` is true.
 */
export function usePassage(wanted) {
  const [state, setState] = useState(LOADING);
  const [tries, setTries] = useState(0);
  const place = wanted && placeOf(wanted);
  useEffect(() => {
    if (!place) return undefined;
    const stop = new AbortController();
    const tell = (next) => stop.signal.aborted || setState(next);
    setState(LOADING);
    const ask = async () => {
      const first = await load(place, stop.signal);
      if (first.passage?.paged !== "possible") return tell(first);
      tell({ ...first, drawing: true });
      const drawn = await load(`${place}pages=1`, stop.signal).catch(() => FAILED);
      return tell(drawn.phase === "ready" ? drawn : first);
    };
    ask().catch(() => tell(FAILED));
    return () => stop.abort();
  }, [place, tries]);
  const again = useCallback(() => setTries((count) => count + 1), []);
  return { ...state, again };
}
