// The name and the size of a file. A name may be in any script, and may be a lie about its direction: it is isolated.
import { File } from "lucide-react";
import { useLocale } from "$/localmind/i18n";
import { figuresIn } from "./figures_format.js";

export function FileChip({ name, size, children }) {
  const figures = figuresIn(useLocale());
  return (
    <span className="lm-file-face">
      <File aria-hidden="true" size={16} />
      <bdi className="lm-file-name" title={name}>{name}</bdi>
      <span className="lm-file-size">{figures.size(size)}</span>
      {children}
    </span>
  );
}
