// A passage in its surroundings, as text: what the source says there, marked, and dimmed what stands around it.
import { useLayoutEffect, useRef } from "react";
import { useT } from "$/localmind/i18n";

/** `before` and `after` may be empty; `quote` is [start, end] in `text`, or null for all of it. */
export function SourceText({ text, quote = null, before = "", after = "" }) {
  const t = useT();
  const box = useRef(null);
  useLayoutEffect(() => {
    const mark = box.current.querySelector("mark");
    const [frame, place] = [box.current.getBoundingClientRect(), mark.getBoundingClientRect()];
    box.current.scrollTop += place.top - frame.top - frame.height * 0.25;
  }, [text, quote]);
  const [start, end] = quote ?? [0, text.length];
  return (
    <div className="lm-source-scroll" ref={box} role="region" aria-label={t("The passage and what stands around it")} tabIndex={0}>
      <div className="lm-source-text" dir="auto">
        {before && <span className="lm-source-around">{before}</span>}
        {text.slice(0, start)}
        <mark>{text.slice(start, end)}</mark>
        {text.slice(end)}
        {after && <span className="lm-source-around">{after}</span>}
      </div>
    </div>
  );
}
