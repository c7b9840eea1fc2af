// The keys of a shortcut, drawn one by one.
import { useKeys } from "$/localmind/shortcuts";

/** `id` names a shortcut of the registry; nothing is drawn where it is switched off. */
export function Keys({ id, className = "" }) {
  const keys = useKeys(id);
  if (!keys.length) return null;
  return (
    <kbd className={`inline-flex items-center gap-0.5 font-sans text-xs text-muted ${className}`}>
      {keys.map((sign) => (
        <span key={sign} className="min-w-5 rounded-sm border border-border bg-surface px-1 text-center leading-5">{sign}</span>
      ))}
    </kbd>
  );
}
