// Registers the service worker and asks before a new version takes over. Needs https or localhost; elsewhere silent.
import { useEffect, useState } from "react";
import { useT } from "$/localmind/i18n";

const HOUR = 3_600_000;

const watch = async (found) => {
  const registration = await navigator.serviceWorker.register("/sw.js");
  const look = () => registration.waiting && navigator.serviceWorker.controller && found(registration.waiting);
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  const timer = setInterval(() => registration.update().catch(() => {}), HOUR); // offline: asked again next time
  return () => clearInterval(timer);
};

export function UpdatePrompt() {
  const t = useT();
  const [waiting, setWaiting] = useState(null);

  useEffect(() => {
    if (!("serviceWorker" in navigator)) return undefined;
    let stop = () => {};
    // A page without its worker works; only offline and updates are missing, so a refusal is not worth a message.
    watch(setWaiting).then((end) => (stop = end), () => {});
    return () => stop();
  }, []);

  const reload = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage({ type: "skipWaiting" });
  };
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 z-50 flex justify-center px-4 bottom-[calc(1rem+var(--safe-bottom))]">
      {waiting && (
        <div className="lm-rise pointer-events-auto flex items-center gap-2 rounded-md border border-border bg-raised py-1.5 pl-4 pr-1.5 text-sm text-text shadow-lg">
          <span>{t("A new version is ready.")}</span>
          <button type="button" className="lm-target rounded-sm px-3 font-semibold text-accent hover:bg-hover" onClick={reload}>{t("Reload")}</button>
          <button type="button" className="lm-target rounded-sm px-3 text-muted hover:bg-hover hover:text-text" onClick={() => setWaiting(null)}>{t("Later")}</button>
        </div>
      )}
    </div>
  );
}
