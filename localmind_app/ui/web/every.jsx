// Asks again and again while somebody looks: a page whose jobs go on elsewhere. A hidden window asks nothing.
import { useEffect, useRef } from "react";

export function Every({ seconds, active, onTick }) {
  const tick = useRef(onTick);
  useEffect(() => {
    tick.current = onTick;
  });
  useEffect(() => {
    if (!active) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && tick.current?.(), seconds * 1000);
    return () => clearInterval(timer);
  }, [active, seconds]);
  return null;
}
