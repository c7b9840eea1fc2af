// Says when the page has lost its server, and when it is back. Replaces Reflex's English pop-up.
import { useContext, useEffect, useState } from "react";
import { EventLoopContext } from "$/utils/context";
import { useT } from "$/localmind/i18n";

const WAIT = 1200; // a short hiccup is nobody's business
const BACK = 2500;

export function Connection() {
  const t = useT();
  const errors = useContext(EventLoopContext)?.[1] ?? [];
  const away = errors.length > 0;
  const [shown, setShown] = useState("");

  useEffect(() => {
    if (away) {
      const timer = setTimeout(() => setShown("away"), WAIT);
      return () => clearTimeout(timer);
    }
    setShown((now) => (now === "away" ? "back" : now));
    const timer = setTimeout(() => setShown(""), BACK);
    return () => clearTimeout(timer);
  }, [away]);

  const words = { away: t("Reconnecting…"), back: t("Connected again.") }[shown];
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 z-50 flex justify-center top-[calc(0.5rem+var(--safe-top))]">
      {words && (
        <p className="lm-rise flex items-center gap-2 rounded-full border border-border bg-raised px-4 py-1.5 text-sm font-medium text-text shadow-md">
          <span aria-hidden="true" className={`size-2 rounded-full ${shown === "away" ? "lm-pulse bg-warning" : "bg-success"}`} />
          {words}
        </p>
      )}
    </div>
  );
}
