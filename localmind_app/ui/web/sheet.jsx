// A panel that slides in over the page: a dialog with focus trap, Escape and a title. `side` is left, right or bottom;
// `full` fills a phone's screen. Radix keeps the focus inside and gives it back.
import * as Dialog from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import { rememberFocus, returnFocus } from "./focus_return.js";
import { useT } from "$/localmind/i18n";

const SIDES = {
  left: "inset-y-0 left-0 w-[min(20rem,86vw)] border-r lm-slide-left",
  right: "inset-y-0 right-0 w-[min(30rem,92vw)] border-l lm-slide-right",
  bottom: "inset-x-0 bottom-0 max-h-[85dvh] rounded-t-lg border-t lm-slide-up",
};
const FULL = "max-md:inset-0 max-md:w-full max-md:max-h-none max-md:rounded-none max-md:border-0";

export function Sheet({ open, onOpenChange, side = "right", full = false, title, hideTitle = false, children }) {
  const t = useT();
  const shape = `${SIDES[side] ?? SIDES.right} ${full ? FULL : ""}`;
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="lm-fade fixed inset-0 z-40 bg-overlay" />
        <Dialog.Content aria-describedby={undefined} onOpenAutoFocus={rememberFocus} onCloseAutoFocus={returnFocus} className={`fixed z-40 flex flex-col overflow-hidden border-border bg-bg text-text shadow-lg pt-[var(--safe-top)] pb-[var(--safe-bottom)] ${shape}`}>
          <div className={hideTitle ? "sr-only" : "flex shrink-0 items-center justify-between gap-2 border-b border-border py-1.5 pl-4 pr-1.5"}>
            <Dialog.Title className="truncate text-base font-semibold">{title}</Dialog.Title>
            {!hideTitle && (
              <Dialog.Close aria-label={t("Close")} className="lm-target grid place-items-center rounded-sm text-muted hover:bg-hover hover:text-text">
                <X aria-hidden="true" size={18} />
              </Dialog.Close>
            )}
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
