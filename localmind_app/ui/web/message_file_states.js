// Hook: how far the files of a message are, while its answer waits for them to be read.
import { useEffect, useState } from "react";

const EVERY_MS = 1000;
const SETTLED = ["ready", "failed", "cancelled"];

async function ask(path, signal) {
  const answer = await fetch(`/api/knowledge/${path}`, { credentials: "same-origin", cache: "no-store", signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** {file id: {state, progress, error}}; empty until `reading` was true, because only then there is something to ask. */
export function useFileStates(chat, files, reading) {
  const [states, setStates] = useState({});
  const ids = (files ?? []).map((file) => file.id).join("&file=");
  useEffect(() => {
    if (!reading || !ids) return undefined;
    const stop = new AbortController();
    let timer = 0;
    const look = async () => {
      const { id } = await ask(`chats/${encodeURIComponent(chat)}`, stop.signal);
      const { documents } = await ask(`collections/${encodeURIComponent(id)}/documents?file=${ids}`, stop.signal);
      setStates(Object.fromEntries(documents.map((one) => [one.file_id, one])));
      if (documents.some((one) => !SETTLED.includes(one.state))) timer = setTimeout(repeat, EVERY_MS);
    };
    const repeat = () => look().catch(() => stop.signal.aborted || (timer = setTimeout(repeat, 3 * EVERY_MS)));
    repeat();
    return () => {
      clearTimeout(timer);
      stop.abort();
      // The last look may be a second old; what could not be read is told under the answer.
      setStates((known) => Object.fromEntries(Object.entries(known).filter(([, one]) => SETTLED.includes(one.state))));
    };
  }, [chat, ids, reading]);
  return states;
}
