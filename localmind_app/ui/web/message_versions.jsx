// "2 / 3": walking between the versions of one message.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { siblingOf } from "./thread_messages.js";
import { useThread } from "./thread_context.js";

export function MessageVersions({ message }) {
  const t = useT();
  const { commands } = useThread();
  const ids = message.siblings ?? [];
  if (ids.length < 2) return null;
  const at = ids.indexOf(message.id) + 1;
  const go = (step) => {
    const other = siblingOf(message, step);
    if (other) commands.sibling(other);
  };
  const arrow = (step, Icon, label) => (
    // aria-disabled keeps the focus where it is when the last version is reached
    <button type="button" className="lm-icon" aria-label={label} data-tip={label} aria-disabled={siblingOf(message, step) === null} onClick={() => go(step)}>
      <Icon aria-hidden="true" size={16} />
    </button>
  );
  return (
    <span className="lm-versions" role="group" aria-label={t("Version {n} of {total}", { n: at, total: ids.length })}>
      {arrow(-1, ChevronLeft, t("Previous version"))}
      <span aria-hidden="true">{at}/{ids.length}</span>
      {arrow(1, ChevronRight, t("Next version"))}
    </span>
  );
}
