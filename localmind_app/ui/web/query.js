// One part of the address's query as the state of a page: Back leads to the part that was shown before.
import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** Hook: [value of the part `name`, function that sets it]; `usual` is its value while the address has none. */
export function useQueryPart(name, usual) {
  const [parts, setParts] = useSearchParams();
  const set = useCallback(
    (value) => setParts((before) => {
      const next = new URLSearchParams(before);
      if (value === usual) next.delete(name);
      else next.set(name, value);
      return next;
    }),
    [setParts, name, usual],
  );
  return [parts.get(name) ?? usual, set];
}
