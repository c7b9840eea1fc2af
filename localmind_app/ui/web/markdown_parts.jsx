// The elements of Markdown that need care: links, images, tables, code, headings. Untrusted text ends here.
import { createElement } from "react";
import { ExternalLink } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { Cite, Doubt, DoubtSign } from "./citation.jsx";
import { CodeBlock } from "./code_block.jsx";
import { hostOf, imageUrl, safeUrl } from "./markdown_links.js";

const REL = "noopener noreferrer nofollow";
const textOf = (node) => (node?.type === "text" ? node.value : (node?.children ?? []).map(textOf).join(""));

function Link({ href, node, children }) {
  const url = safeUrl(href);
  if (!url) return <span>{children}</span>;
  const host = hostOf(url);
  // The host is shown where the text could claim another one.
  const plain = textOf(node).includes(host);
  return (
    <a href={url} target="_blank" rel={REL} referrerPolicy="no-referrer" title={url.length < 300 ? url : host} data-host={plain ? undefined : host}>
      {children}
    </a>
  );
}

/** Images never load: fetching one tells its host what was said. A click opens it on its own. */
function Image({ src, alt }) {
  const t = useT();
  const url = imageUrl(src);
  const name = alt ? <span className="lm-image-alt">{alt}</span> : null;
  if (!url) return <span className="lm-image">{name ?? t("Image")} <span className="lm-image-note">{t("(not shown)")}</span></span>;
  return (
    <a className="lm-image" href={url} target="_blank" rel={REL} referrerPolicy="no-referrer" title={url.slice(0, 300)}>
      <ExternalLink aria-hidden="true" size={15} />
      <span>{t("Open image from {host}", { host: hostOf(url) })}</span>
      {name}
    </a>
  );
}

function Table({ children }) {
  const t = useT();
  return (
    <div className="lm-table" role="region" aria-label={t("Table")} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

/** Fences inside of lists and quotes; those at the margin are cut out before (markdown_blocks.js). */
function Pre({ node }) {
  const code = node?.children?.[0];
  const lang = (code?.properties?.className ?? []).map(String).find((name) => name.startsWith("language-"))?.slice(9) ?? "";
  return <CodeBlock code={textOf(code).replace(/\n$/, "")} lang={lang} />;
}

// The page owns its h1: an answer starts below it.
const heading = (level) =>
  function Heading({ children }) {
    return createElement(`h${Math.min(6, level + 1)}`, { "data-level": level }, children);
  };

const Checkbox = ({ checked }) => {
  const t = useT();
  return <input type="checkbox" checked={Boolean(checked)} disabled readOnly aria-label={checked ? t("Done") : t("To do")} />;
};

export const parts = {
  a: Link,
  img: Image,
  table: Table,
  pre: Pre,
  input: Checkbox,
  "lm-cite": Cite,
  "lm-doubt": Doubt,
  "lm-doubt-sign": DoubtSign,
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(5),
  h6: heading(6),
};
