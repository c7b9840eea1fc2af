// What the marks in an answer look like: a chip for every source that is named, a sign behind what has no support.
import { createContext, useContext, useMemo } from "react";
import { CircleHelp } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { openSource } from "./source_address.js";
import { useIsShown } from "./source_shown.js";

/** The passages of the answer that is drawn, by number. */
export const PassagesContext = createContext(new Map());

/** The value of PassagesContext for an answer. */
export const usePassages = (sources) => useMemo(() => new Map((sources?.passages ?? []).map((passage) => [passage.n, passage])), [sources]);

/** Name and page as one line. Pages count from 0. */
export const placeOf = ({ name, page }, t) => (page === null || page === undefined ? name : t("{name}, page {page}", { name, page: page + 1 }));

function Chip({ passage, quote }) {
  const t = useT();
  const shown = useIsShown(passage.chunk_id);
  const place = placeOf(passage, t);
  return (
    <button
      type="button"
      className="lm-cite"
      aria-label={t("Source {n}: {place}", { n: passage.n, place })}
      aria-current={shown || undefined}
      data-tip={place}
      onClick={() => openSource({ ...passage, quote: quote ?? passage.quote })}
    >
      <span>{passage.n}</span>
    </button>
  );
}

/** A marker: one chip for every number in it. */
export function Cite({ node }) {
  const passages = useContext(PassagesContext);
  const cited = node.data.cited.filter(({ n }) => passages.has(n));
  if (!cited.length) return null;
  return <span className="lm-cites">{cited.map(({ n, quote }) => <Chip key={n} passage={passages.get(n)} quote={quote} />)}</span>;
}

/** Words of a sentence that nothing in the sources supports. */
export const Doubt = ({ children }) => <span className="lm-doubt">{children}</span>;

const reasonOf = (why, t) => ({
  number: t("The sources do not give this number here."),
  date: t("The sources do not give this date here."),
  name: t("The sources do not say this of this name."),
  negation: t("The sources say the opposite."),
  contradicted: t("The sources say otherwise."),
})[why] ?? t("No support for this in the sources.");

/** Behind such a sentence: says so and who found it, to those who point at it and to those who listen. */
export function DoubtSign({ node }) {
  const t = useT();
  const { why, by } = node.data;
  const checked = by ? t("Checked by {model}.", { model: by }) : t("Checked by words and meaning.");
  const words = `${reasonOf(why, t)} ${checked}`;
  return (
    <span className="lm-doubt-sign" role="img" aria-label={words} data-tip={words} tabIndex={0}>
      <CircleHelp aria-hidden="true" size={13} />
    </span>
  );
}
