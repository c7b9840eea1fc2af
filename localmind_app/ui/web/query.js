// One part of the address's query as the state of a page: Back leads to the part that was shown before.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNavigate, useSearchParams } from "react-router";

const never = () => () => {};
const inAddress = (name) => new URLSearchParams(window.location.search).get(name);

/** Hook: [value of the part `name`, function that sets it]; `usual` is its value while the address has none. */
export function useQueryPart(name, usual) {
  const [parts] = useSearchParams();
  const navigate = useNavigate();
  // What was chosen is shown until the address has followed, which takes longer than a key press. Choices may come
  // faster than that: the newest one counts, and the arrival of an older one changes nothing.
  const [chosen, choose] = useState(null);
  const newest = useRef(0);
  const following = useRef(false);
  const set = useCallback(
    async (value) => {
      const number = ++newest.current;
      following.current = true;
      choose(value);
      const next = new URLSearchParams(window.location.search);
      if (value === usual) next.delete(name);
      else next.set(name, value);
      await navigate(`?${next}`); // ends when it is there, or when another navigation has taken its place
      if (number !== newest.current) return;
      following.current = false;
      choose(inAddress(name) || usual);
    },
    [navigate, name, usual],
  );
  // The prerendered page knows no query: React must first see what was written there, and then the address's own.
  const known = useSyncExternalStore(never, () => true, () => false);
  const told = (known && parts.get(name)) || usual;
  useEffect(() => {
    if (!following.current && told === (inAddress(name) || usual)) choose(null);
  }, [told, chosen, name, usual]);
  return [chosen ?? told, set];
}
