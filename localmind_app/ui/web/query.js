// One part of the address's query as the state of a page: Back leads to the part that was shown before.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useSearchParams } from "react-router";

const never = () => () => {};

/** Hook: [value of the part `name`, function that sets it]; `usual` is its value while the address has none. */
export function useQueryPart(name, usual) {
  const [parts, setParts] = useSearchParams();
  const [chosen, choose] = useState(null); // until the address has followed, which takes longer than a key press
  const set = useCallback(
    (value) => {
      choose(value);
      setParts((before) => {
        const next = new URLSearchParams(before);
        if (value === usual) next.delete(name);
        else next.set(name, value);
        return next;
      });
    },
    [setParts, name, usual],
  );
  // The prerendered page knows no query: React must first see what was written there, and then the address's own.
  const known = useSyncExternalStore(never, () => true, () => false);
  const told = (known && parts.get(name)) || usual;
  useEffect(() => choose(null), [told]);
  return [chosen ?? told, set];
}
