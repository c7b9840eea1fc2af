// A passage in its surroundings, as text: what the source says there, marked, and dimmed what stands around it. Without a
// passage it is the text of a document from its beginning.
import { useLayoutEffect, useRef } from "react";
import { useT } from "$/localmind/i18n";

/** `before` and `after` may be empty; `quote` is [start, end] in `text`, or null for all of it; `plain`: nothing is marked. */
export function SourceText({ text, quote = null, before = "", after = "", plain = false }) {
  const t = useT();
  const box = useRef(null);
  useLayoutEffect(() => {
    const mark = box.current.querySelector("mark");
    if (!mark) return;
    const [frame, place] = [box.current.getBoundingClientRect(), mark.getBoundingClientRect()];
    box.current.scrollTop += place.top - frame.top - frame.height * 0.25;
  }, [text, quote]);
  const [start, end] = quote ?? [0, text.length];
  return (
    <div className="lm-source-scroll" ref={box} role="region" aria-label={plain ? t("The text of the document") : t("The passage and what stands around it")} tabIndex={0}>
      <div className="lm-source-text" dir="auto">
        {before && <span className="lm-source-around">{before}</span>}
        {text.slice(0, start)}
        {plain ? text.slice(start, end) : <mark>{text.slice(start, end)}</mark>}
        {text.slice(end)}
        {after && <span className="lm-source-around">{after}</span>}
      </div>
    </div>
  );
}
