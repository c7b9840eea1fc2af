// The moving parts of the page frame: sidebar (rail or drawer), right panel (column or sheet), focus after navigation.
// Opening and closing never asks the server.
import { useEffect } from "react";
import { useLocation } from "react-router";
import { X } from "lucide-react";
import { setOpen, toggleOpen, useOpen } from "$/localmind/disclosure";
import { useT } from "$/localmind/i18n";
import { useMedia, WIDE } from "$/localmind/media";
import { Sheet } from "$/localmind/sheet";
import { useShortcut } from "$/localmind/shortcuts";

const STORE_KEY = "localmind.sidebar";

let lastPath; // outside of the component: every page brings its own frame

const isNarrow = () => document.documentElement.dataset.sidebar === "rail";

/** Folds the sidebar into a rail or opens it again; on a phone, opens or closes the drawer. */
export const toggleSidebar = () => {
  if (!window.matchMedia(WIDE).matches) {
    toggleOpen("drawer");
    return;
  }
  const rail = !isNarrow();
  document.documentElement.dataset.sidebar = rail ? "rail" : "open";
  try {
    localStorage.setItem(STORE_KEY, rail ? "rail" : "open");
  } catch {
    // not remembered, still folded
  }
};

/** The first stop of the keyboard: past the navigation, into the page. */
export function SkipLink() {
  const t = useT();
  const skip = (event) => {
    event.preventDefault(); // the address stays as it is; only the focus moves
    document.getElementById("main")?.focus();
  };
  return (
    <a href="#main" onClick={skip} className="lm-skip lm-target inline-flex items-center rounded-md bg-accent px-4 font-medium text-on-accent">
      {t("Skip to content")}
    </a>
  );
}

/** The navigation: a column on a wide window, a drawer on a narrow one. */
export function Sidebar({ children }) {
  const t = useT();
  const wide = useMedia(WIDE);
  const open = useOpen("drawer");
  const { pathname } = useLocation();
  useShortcut("sidebar", toggleSidebar);
  useEffect(() => setOpen("drawer", false), [pathname, wide]);

  // The column is in the prerendered page too; style sheets hide it on a phone, so nothing jumps.
  return (
    <>
      <aside className="lm-sidebar max-md:hidden" aria-label={t("Sidebar")}>{!open && children}</aside>
      <Sheet side="left" open={open && !wide} onOpenChange={(next) => setOpen("drawer", next)} title={t("Menu")} hideTitle>
        <div className="lm-drawer">{children}</div>
      </Sheet>
    </>
  );
}

/** The panel on the right: a column beside the page, or a full sheet on a narrow window. */
export function Panel({ title, open, onOpenChange, children }) {
  const t = useT();
  const wide = useMedia("(min-width: 1100px)");
  if (!wide) {
    return <Sheet side="right" full open={open} onOpenChange={onOpenChange} title={title}>{children}</Sheet>;
  }
  if (!open) return null;
  return (
    <aside aria-label={title} className="flex w-[var(--panel)] shrink-0 flex-col border-l border-border bg-surface">
      <div className="flex h-13 shrink-0 items-center justify-between gap-2 border-b border-border py-1 pl-4 pr-2">
        <h2 className="truncate text-sm font-semibold">{title}</h2>
        <button type="button" aria-label={t("Close panel")} data-tip={t("Close panel")} className="lm-target grid place-items-center rounded-sm text-muted hover:bg-hover hover:text-text" onClick={() => onOpenChange?.(false)}>
          <X aria-hidden="true" size={18} />
        </button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </aside>
  );
}

/** The title of the window: the page's name first, in the language of the page (WCAG 2.2, 2.4.2). */
export function PageTitle({ title }) {
  useEffect(() => {
    document.title = title ? `${title} · LocalMind` : "LocalMind";
  }, [title]);
  return null;
}

/** After navigation the focus goes to the page's heading, unless the page has already put it somewhere inside. */
export function RouteFocus() {
  const { pathname } = useLocation();
  useEffect(() => {
    const arrived = lastPath !== undefined && lastPath !== pathname;
    lastPath = pathname;
    if (!arrived) return;
    // Not cancelled when the frame is drawn again meanwhile: the focus has to arrive once.
    requestAnimationFrame(() => {
      const main = document.getElementById("main");
      if (main?.contains(document.activeElement)) return;
      const heading = document.querySelector("h1");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
    });
  }, [pathname]);
  return null;
}
