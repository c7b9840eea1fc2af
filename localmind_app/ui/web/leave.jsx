// Leaves the page for one that is not part of the app, by a full load: the router only knows the app's own pages.
import { useEffect } from "react";

/** Goes to `to` as soon as it is not empty, and says there where it came from. */
export function Leave({ to = "" }) {
  useEffect(() => {
    if (to) window.location.assign(`${to}?next=${encodeURIComponent(window.location.pathname)}`);
  }, [to]);
  return null;
}
