// Tells `static/early.js` that the page works now.
import { useEffect } from "react";

export function Alive() {
  useEffect(() => {
    // After the effects of everything else that came with it.
    const timer = setTimeout(() => document.dispatchEvent(new Event("localmind:alive")));
    return () => clearTimeout(timer);
  }, []);
  return null;
}
