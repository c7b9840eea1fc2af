// Under an answer for which the web was searched: what was asked, which pages were read, and which were not and why.
import { ExternalLink, Globe } from "lucide-react";
import { useT, useTN } from "$/localmind/i18n";
import { hostOf, safeUrl } from "./markdown_links.js";
import { Disclosure } from "./message_disclosure.jsx";
import { openSource } from "./source_address.js";

const reasonOf = (error, t) => (error ? t(error.template ?? error.message ?? "", error.params ?? undefined) : "");

/** The host of an address of a web page; "" where there is none. */
export const siteOf = (url) => (safeUrl(url) ? hostOf(safeUrl(url)).replace(/^www\./, "") : "");

function Page({ page, passage }) {
  const t = useT();
  const url = safeUrl(page.url);
  return (
    <li className="lm-web-page">
      {passage ? (
        <button type="button" className="lm-text-button" onClick={() => openSource(passage)}><bdi>{page.title}</bdi></button>
      ) : (
        <bdi>{page.title}</bdi>
      )}
      {url && (
        <a className="lm-web-address" href={url} target="_blank" rel="noopener noreferrer nofollow" referrerPolicy="no-referrer" aria-label={t("Open {address} in a new tab", { address: siteOf(url) })}>
          <bdi>{siteOf(url)}</bdi>
          <ExternalLink aria-hidden="true" size={12} />
        </a>
      )}
      {page.error && <span className="lm-web-error">{t("Not read.")} {reasonOf(page.error, t)}</span>}
    </li>
  );
}

export function SearchedWeb({ sources }) {
  const t = useT();
  const tn = useTN();
  const { web } = sources;
  if (!web) return null;
  const read = web.pages.filter((page) => page.document_id).length;
  const passageOf = (page) => sources.passages.find((one) => one.document_id === page.document_id);
  const came = web.pages.length ? tn("{n} page read", "{n} pages read", read) : t("nothing was found");
  return (
    <div className="lm-web">
      <p className="lm-source-note">
        <Globe aria-hidden="true" size={15} />
        <span>
          {t("Searched the web:")} <q>{web.query}</q>. {web.error ? reasonOf(web.error, t) : `${came}.`}
        </span>
      </p>
      {web.pages.length > 0 && (
        <Disclosure name={t("Show the pages")} opened={t("Hide the pages")}>
          {() => <ul className="lm-web-pages" aria-label={t("Pages of the search")}>{web.pages.map((page) => <Page key={page.url} page={page} passage={passageOf(page)} />)}</ul>}
        </Disclosure>
      )}
    </div>
  );
}
