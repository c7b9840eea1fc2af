// What is shown when a page fails in the browser: what happened, what is safe, and the way on.
import { useT } from "$/localmind/i18n";

export function Crashed() {
  const t = useT();
  return (
    <main role="alert" className="flex min-h-dvh flex-col items-center justify-center gap-3 bg-bg p-6 text-center text-text">
      <h1 className="text-xl font-semibold">{t("This page stopped working")}</h1>
      <p className="max-w-md text-muted">{t("Nothing is lost: everything you sent is stored on that machine.")}</p>
      <button type="button" className="lm-target mt-2 rounded-md bg-accent px-4 font-medium text-on-accent hover:bg-accent-hover" onClick={() => location.reload()}>
        {t("Reload")}
      </button>
    </main>
  );
}
