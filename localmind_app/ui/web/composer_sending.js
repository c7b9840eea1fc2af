// A message on its way: one client id until the server acknowledges it, tried again when the server can be reached.
import { useCallback, useEffect, useRef, useState } from "react";
import { NOTHING } from "./composer_asked.js";
import { newId, readPending, takePending, writePending } from "./composer_draft.js";

const PATIENCE_MS = 10_000;

/** An empty dict is how Reflex says that there is none. */
export const isError = (error) => Boolean(error?.template || error?.message);

/**
 * `pending` while a message waits for its acknowledgement, `late` after ten seconds without one, and
 * `send(text, files, asked)`. `files` are ids, `asked` is of composer_asked.js. `sent` and `error` come from the server.
 * `onAcknowledged({chat, text, files, asked})` hears what was taken.
 */
export function useSending({ chat, sent, error, onSend, onAcknowledged }) {
  const [pending, setPending] = useState(null);
  const [late, setLate] = useState(false);
  const failed = useRef(null); // the same text again keeps its id, so it can never arrive twice
  const latest = useRef({});
  latest.current = { pending, onSend, onAcknowledged, chat };

  const fire = useCallback((message) => {
    setPending(message);
    const { text, id, files, asked } = message;
    latest.current.onSend?.(text, id, files, asked.collections.map((one) => one.id), asked.quote, asked.links ?? [], asked.web);
  }, []);

  const send = useCallback(
    (text, files = [], asked = NOTHING) => {
      const { id: before, ...what } = failed.current ?? {};
      const again = before !== undefined && JSON.stringify(what) === JSON.stringify({ text, files, asked });
      const message = { id: again ? before : newId(), text, files, asked };
      failed.current = null;
      writePending(latest.current.chat, message.id, message);
      setLate(false);
      fire(message);
    },
    [fire],
  );

  // A reload while a message was on its way: it is sent again under its old id, which the server knows.
  useEffect(() => {
    const left = readPending(chat);
    if (left && !latest.current.pending && left.id !== sent) fire(left);
  }, [chat, fire]); // only when the chat opens

  useEffect(() => {
    if (!sent) return;
    const taken = takePending(sent);
    const ours = latest.current.pending?.id === sent ? latest.current.pending : null;
    const message = ours ?? taken;
    if (!message) return;
    if (ours) {
      setPending(null);
      setLate(false);
    }
    latest.current.onAcknowledged({ chat: latest.current.chat, ...message, ...taken });
  }, [sent]);

  useEffect(() => {
    const { pending: waiting } = latest.current;
    if (!isError(error) || !waiting || (error.client_id && error.client_id !== waiting.id)) return;
    failed.current = { id: waiting.id, text: waiting.text, files: waiting.files, asked: waiting.asked };
    takePending(waiting.id);
    setPending(null);
    setLate(false);
  }, [error]);

  useEffect(() => {
    if (!pending) return undefined;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [pending]);

  // The waiting message goes out again once the server answers (thread store), the network is back, or after a while.
  useEffect(() => {
    if (!late) return undefined;
    const again = () => latest.current.pending && fire({ ...latest.current.pending });
    const timer = setInterval(again, PATIENCE_MS);
    window.addEventListener("localmind:reachable", again);
    window.addEventListener("online", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("localmind:reachable", again);
      window.removeEventListener("online", again);
    };
  }, [late, fire]);

  return { pending, late, send };
}

