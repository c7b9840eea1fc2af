// One block of code: language, copy, wrap, colours once it is complete. Diagrams are handed to mermaid.jsx.
import { memo, useEffect, useMemo, useState } from "react";
import { Check, Copy, TextWrap } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { codeChunks } from "./code_block_chunks.js";
import { Mermaid } from "./mermaid.jsx";
import { useCopy } from "./message_clipboard.js";

const COLOURED = 20_000; // colouring more than this would stall the page
let highlighter = null;

/** Coloured code as React nodes, or null while the highlighter loads or when it does not know the language. */
function useColours(code, lang, wanted) {
  const [ready, setReady] = useState(Boolean(highlighter));
  useEffect(() => {
    if (!wanted || ready) return undefined;
    let mounted = true;
    import("./code_block_highlight.js").then(
      (loaded) => {
        highlighter = loaded.colour;
        if (mounted) setReady(true);
      },
      () => {}, // without colours code is still code
    );
    return () => {
      mounted = false;
    };
  }, [wanted, ready]);
  return useMemo(() => (wanted && ready ? highlighter(code, lang) : null), [code, lang, wanted, ready]);
}

const Chunk = memo(function Chunk({ text }) {
  return <span className="lm-code-chunk">{text}</span>;
});

export function CodeBlock({ code, lang = "", open = false, live = false }) {
  const t = useT();
  const [wrap, setWrap] = useState(false);
  const { copied, copy } = useCopy();
  const colours = useColours(code, lang, Boolean(lang) && !open && code.length < COLOURED);
  if (lang === "mermaid" && !open) return <Mermaid source={code} live={live} />;
  const name = lang ? t("Code, {language}", { language: lang }) : t("Code");
  return (
    <figure className="lm-code" data-wrap={wrap || undefined} aria-label={name}>
      <figcaption className="lm-code-bar">
        <span className="lm-code-lang">{lang || t("Code")}</span>
        <button type="button" className="lm-icon" aria-pressed={wrap} aria-label={t("Wrap long lines")} data-tip={t("Wrap long lines")} onClick={() => setWrap(!wrap)}>
          <TextWrap aria-hidden="true" size={16} />
        </button>
        <button type="button" className="lm-icon" aria-label={copied ? t("Copied") : t("Copy code")} data-tip={t("Copy code")} onClick={() => copy(code)}>
          {copied ? <Check aria-hidden="true" size={16} /> : <Copy aria-hidden="true" size={16} />}
        </button>
      </figcaption>
      <pre tabIndex={0} dir="ltr">
        <code>{colours ?? codeChunks(code).map((text, at) => <Chunk key={at} text={text} />)}</code>
      </pre>
    </figure>
  );
}
