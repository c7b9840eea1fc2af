// A diagram from a finished fence, shown as an image: nothing inside of an <img> can run, load or be clicked.
import { useEffect, useRef, useState } from "react";
import { useT } from "$/localmind/i18n";
import { CodeBlock } from "./code_block.jsx";

/** True once the element came near the viewport; diagrams far above are not drawn. */
function useSeen(ref, wanted) {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!wanted || seen || !ref.current) return undefined;
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), { rootMargin: "400px" });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, [ref, wanted, seen]);
  return seen;
}

// The page's colours, resolved: a custom property would only give back its light-dark(…) text.
const COLOURS = ["raised", "surface", "text", "muted", "border-strong", "accent-soft"];
function pageColours(element) {
  const probe = element.appendChild(document.createElement("span"));
  const found = COLOURS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(found);
}

/** `live`: the answer is still being written; layout of a diagram would make it stutter, so it waits. */
export function Mermaid({ source, live = false }) {
  const t = useT();
  const ref = useRef(null);
  const seen = useSeen(ref, !live);
  const [drawn, setDrawn] = useState({ url: null, failed: false, width: 0 });
  const [showSource, setShowSource] = useState(false);

  useEffect(() => {
    if (!seen) return undefined;
    let url = null;
    let mounted = true;
    const place = ref.current;
    import("./mermaid_render.js")
      .then(({ renderDiagram }) => renderDiagram(source, pageColours(place)))
      .then(
        ({ svg, width }) => {
          if (!mounted) return;
          url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
          setDrawn({ url, failed: false, width });
        },
        () => mounted && setDrawn({ url: null, failed: true, width: 0 }), // a diagram with a mistake: its source is shown
      );
    return () => {
      mounted = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [seen, source]);

  const code = <CodeBlock code={source} lang="diagram" />;
  if (drawn.failed) {
    return (
      <div className="lm-diagram">
        <p className="lm-note">{t("This diagram cannot be drawn. Its source:")}</p>
        {code}
      </div>
    );
  }
  return (
    <div className="lm-diagram" ref={ref}>
      {drawn.url ? (
        <div className="lm-diagram-image">
          <img src={drawn.url} width={drawn.width || undefined} alt={t("Diagram. Its source is below.")} />
        </div>
      ) : (
        !showSource && code
      )}
      {drawn.url && (
        <button type="button" className="lm-text-button" aria-expanded={showSource} onClick={() => setShowSource(!showSource)}>
          {showSource ? t("Hide source") : t("Show source")}
        </button>
      )}
      {showSource && drawn.url && code}
    </div>
  );
}
