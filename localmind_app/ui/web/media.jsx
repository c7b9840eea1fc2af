// Hook: whether a CSS media query holds; false while the page is rendered at build time.
import { useCallback, useSyncExternalStore } from "react";

export const WIDE = "(min-width: 768px)";

export const useMedia = (query) => {
  const subscribe = useCallback(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches, () => false);
};
