// Under an answer from documents: what it names, what was only read, what is not supported, and how it was found.
import { useEffect } from "react";
import { FileWarning, TriangleAlert } from "lucide-react";
import { useT, useTN } from "$/localmind/i18n";
import { headingBelow, splitPassages } from "./citations.js";
import { Disclosure } from "./message_disclosure.jsx";
import { FoundPanel } from "./message_found.jsx";
import { SearchedWeb, siteOf } from "./message_web.jsx";
import { openSource } from "./source_address.js";
import { rememberPassages, useIsShown } from "./source_shown.js";

function SourceRow({ passage }) {
  const t = useT();
  const shown = useIsShown(passage.chunk_id);
  const heading = headingBelow(passage.heading, passage.name);
  const page = passage.page === null || passage.page === undefined ? "" : t("page {n}", { n: passage.page + 1 });
  return (
    <li>
      <button type="button" className="lm-source-row" aria-current={shown || undefined} onClick={() => openSource(passage)}>
        <span className="lm-source-number">{passage.n}</span>
        <span className="lm-source-line">
          <bdi className="lm-source-name">{passage.name}</bdi>
          {passage.url && <bdi className="lm-source-place">{siteOf(passage.url)}</bdi>}
          {page && <span className="lm-source-place">{page}</span>}
          {heading && <span className="lm-source-place" data-cut dir="auto">{heading}</span>}
        </span>
      </button>
    </li>
  );
}

const Rows = ({ label, passages }) => (
  <ol className="lm-source-rows" aria-label={label}>
    {passages.map((passage) => <SourceRow key={passage.n} passage={passage} />)}
  </ol>
);

/** A file that was sent along and could not be read: the answer came without it. */
function Failed({ failed }) {
  const t = useT();
  const reason = failed.error ? t(failed.error.template ?? failed.error.message ?? "", failed.error.params ?? undefined) : "";
  return (
    <p className="lm-source-note" data-tone="warning">
      <FileWarning aria-hidden="true" size={15} />
      <span>{t("{name} could not be read.", { name: failed.name })} {reason}</span>
    </p>
  );
}

/** A document that tries to tell the model what to do: who reads the answer should know. */
function Orders({ sources }) {
  const t = useT();
  if (sources.mode === "quote") return null; // no model read it
  const names = [...new Set((sources.passages ?? []).filter((passage) => passage.orders).map((passage) => passage.name))];
  return names.map((name) => (
    <p className="lm-source-note" data-tone="warning" key={name}>
      <TriangleAlert aria-hidden="true" size={15} />
      <span>{t("{name} has text that reads like orders to a language model. The model got it as a quotation, which it is told not to follow.", { name })}</span>
    </p>
  ));
}

function Doubts({ sources }) {
  const tn = useTN();
  const doubts = (sources.support ?? []).filter((one) => !one.supported).length;
  if (!doubts) return null;
  return <p className="lm-source-note"><span>{tn("{n} sentence is underlined: nothing in the sources supports it.", "{n} sentences are underlined: nothing in the sources supports them.", doubts)}</span></p>;
}

export function MessageSources({ message }) {
  const t = useT();
  const tn = useTN();
  const { sources } = message;
  useEffect(() => rememberPassages(sources?.passages ?? []), [sources]);
  if (!sources || message.status === "streaming") return null;
  const { cited, read } = splitPassages(sources);
  return (
    <section className="lm-sources" aria-label={t("Sources")}>
      <SearchedWeb sources={sources} />
      {sources.failed?.map((failed) => <Failed key={failed.name} failed={failed} />)}
      <Orders sources={sources} />
      {cited.length > 0 && <Rows label={t("Sources")} passages={cited} />}
      {!cited.length && read.length > 0 && !sources.absent && <p className="lm-source-note"><span>{t("The answer names no source.")}</span></p>}
      {sources.absent && sources.mode !== "quote" && <p className="lm-source-note"><span>{sources.web ? t("Nothing on the pages that were read was near enough to the question.") : t("Nothing in your documents was near enough to the question.")}</span></p>}
      <Doubts sources={sources} />
      <div className="lm-source-more">
        {read.length > 0 && (
          <Disclosure name={tn("Also read {n} passage", "Also read {n} passages", read.length)} opened={t("Hide what was also read")}>
            {() => <Rows label={t("Also read")} passages={read} />}
          </Disclosure>
        )}
        {(sources.passages.length > 0 || sources.absent) && <Disclosure name={t("How this was found")} opened={t("Hide how this was found")}>{() => <FoundPanel message={message} />}</Disclosure>}
      </div>
    </section>
  );
}
