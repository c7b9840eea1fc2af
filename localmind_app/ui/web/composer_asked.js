// What a message that is being written is asked of: collections, the web, and whether only quotations are wanted; and
// which of its links are `plain` text. Kept with the draft. Not covered: choosing (composer_collections.jsx), what the whole chat is asked of (the server knows).
import { useCallback, useEffect, useRef, useState } from "react";
import { readAsked, writeAsked } from "./composer_draft.js";

export const NOTHING = { collections: [], quote: false, web: false, plain: [] };

/** [{collections: [{id, name}], quote, web, plain: [address]}, function that changes it] of a chat's draft. */
export function useAsked(chat) {
  const [asked, setAsked] = useState(NOTHING);
  const latest = useRef(NOTHING);
  const change = useCallback(
    (part) => {
      latest.current = { ...latest.current, ...part };
      setAsked(latest.current);
      writeAsked(chat, latest.current);
    },
    [chat],
  );
  useEffect(() => {
    latest.current = readAsked(chat);
    setAsked(latest.current);
  }, [chat]);
  return [asked, change];
}
