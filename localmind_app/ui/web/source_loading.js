// Hook: what the server says about a passage. Not covered: how it is shown (source_viewer.jsx).
import { useCallback, useEffect, useState } from "react";

const LOADING = { phase: "loading", passage: null };

/** {phase: "loading" | "ready" | "gone" | "failed", passage} of a chunk with a quote, and a function that asks again. */
export function usePassage(chunk, quote) {
  const [state, setState] = useState(LOADING);
  const [tries, setTries] = useState(0);
  const range = quote ? `?quote=${quote[0]}-${quote[1]}` : "";
  useEffect(() => {
    if (chunk === null) return undefined;
    const stop = new AbortController();
    setState(LOADING);
    const load = async () => {
      const answer = await fetch(`/api/knowledge/passages/${chunk}${range}`, { credentials: "same-origin", cache: "no-store", signal: stop.signal });
      if (answer.status === 404) return { phase: "gone", passage: null };
      return answer.ok ? { phase: "ready", passage: await answer.json() } : { phase: "failed", passage: null };
    };
    load().then(setState, () => stop.signal.aborted || setState({ phase: "failed", passage: null }));
    return () => stop.abort();
  }, [chunk, range, tries]);
  const again = useCallback(() => setTries((count) => count + 1), []);
  return { ...state, again };
}
