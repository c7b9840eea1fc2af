// All shortcuts by group. Each can be switched off (WCAG 2.2, 2.1.4).
import { useState } from "react";
import { useT } from "$/localmind/i18n";
import { Keys } from "$/localmind/kbd";
import { Sheet } from "$/localmind/sheet";
import { setKeys, shortcuts } from "$/localmind/shortcuts";

export default function ShortcutList({ open, onOpenChange }) {
  const t = useT();
  const [, redraw] = useState(0);
  const table = shortcuts();
  const groups = [...new Set(table.map((one) => one.group))];
  const change = (one) => {
    setKeys(one.id, one.keys ? "" : null);
    redraw((n) => n + 1);
  };
  return (
    <Sheet open={open} onOpenChange={onOpenChange} title={t("Keyboard shortcuts")} full>
      <div className="flex flex-col gap-6 p-4">
        {groups.map((group) => (
          <section key={group} aria-label={t(group)}>
            <h3 className="mb-1 text-sm font-semibold">{t(group)}</h3>
            <ul className="divide-y divide-border">
              {table.filter((one) => one.group === group).map((one) => (
                <li key={one.id} className="flex min-h-11 items-center gap-3">
                  <span className="flex-1 text-sm">{t(one.label)}</span>
                  {one.keys ? <Keys id={one.id} /> : <span className="text-sm text-muted">{t("Off")}</span>}
                  <input type="checkbox" role="switch" className="lm-switch" aria-label={t("Shortcut: {action}", { action: t(one.label) })} checked={Boolean(one.keys)} onChange={() => change(one)} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        <p className="text-sm text-muted">{t("Switched-off shortcuts are remembered in this browser.")}</p>
      </div>
    </Sheet>
  );
}
