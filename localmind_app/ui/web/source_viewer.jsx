// The viewer of sources: beside the page on a wide window, over it on a narrow one. What it shows stands in the
// address, so that Reload, Back and a shared place work. Python: source.py.
import { useCallback, useEffect, useRef, useState } from "react";
import { Download, ExternalLink, FileImage, FileText, X } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { headingBelow } from "./citations.js";
import { shortLink } from "./composer_links.js";
import { setOpen, useOpen } from "./disclosure.jsx";
import { safeUrl } from "./markdown_links.js";
import { useMedia } from "./media.jsx";
import { useQueryPart } from "./query.js";
import { Sheet } from "./sheet.jsx";
import { OPEN_SOURCE, documentAddress, readAddress, writeAddress } from "./source_address.js";
import { usePassage } from "./source_loading.js";
import { SourcePage } from "./source_page.jsx";
import { seenPassage, setShown } from "./source_shown.js";
import { SourceText } from "./source_text.jsx";

const PANEL = "panel"; // the page's own panel on the right (ui/shell.py): one of both is open

function Ways({ document }) {
  const t = useT();
  const url = safeUrl(document.url);
  if (url) {
    return (
      <a className="lm-source-address" href={url} target="_blank" rel="noopener noreferrer nofollow" referrerPolicy="no-referrer" aria-label={t("Open {address} in a new tab", { address: shortLink(url) })} data-tip={t("Open the web page")}>
        <bdi>{shortLink(url)}</bdi>
        <ExternalLink aria-hidden="true" size={16} />
      </a>
    );
  }
  if (!document.file_id) return null;
  return (
    <a className="lm-icon" href={`/api/knowledge/documents/${encodeURIComponent(document.id)}/content`} download={document.name} aria-label={t("Download {name}", { name: document.name })} data-tip={t("Download")}>
      <Download aria-hidden="true" size={18} />
    </a>
  );
}

function Words({ passage }) {
  const t = useT();
  return (
    <details className="lm-source-words">
      <summary>{t("The passage as text")}</summary>
      <p dir="auto">{passage.text}</p>
    </details>
  );
}

/** From the page to the text and back, where a file has both. */
function Switch({ toText, onClick }) {
  const t = useT();
  const label = toText ? t("Show the text") : t("Show the page");
  const Icon = toText ? FileText : FileImage;
  return (
    <button type="button" className="lm-icon" aria-label={label} data-tip={label} onClick={onClick}>
      <Icon aria-hidden="true" size={18} />
    </button>
  );
}

/** Why it is text and no page, or that the page is on its way. */
function Quiet({ passage, drawing }) {
  const t = useT();
  const { paged, remark, more } = passage;
  const lines = [
    drawing && t("The pages are being drawn…"),
    paged === "missing" && t("The pages of this file can be shown once LibreOffice is installed."),
    paged === "failed" && remark && t(remark.template, remark.params),
    more && t("This is the beginning. Download the file to read on."),
  ];
  return lines.filter(Boolean).map((line) => <p key={line} className="lm-source-quiet" role="status">{line}</p>);
}

function Passage({ passage, drawing }) {
  const [asText, setAsText] = useState(false);
  const path = headingBelow(passage.heading, nameOf(passage.document));
  const heading = path && <p className="lm-source-heading" dir="auto">{path}</p>;
  const both = passage.paged === "shown";
  if (passage.media === "pages" && !(both && asText)) {
    return (
      <>
        {heading}
        <SourcePage key={`${passage.document.id} ${passage.chunk_id}`} passage={passage}>
          {both && <Switch toText onClick={() => setAsText(true)} />}
          <Ways document={passage.document} />
        </SourcePage>
        {!both && passage.chunk_id !== null && <Words passage={passage} />}
      </>
    );
  }
  return (
    <>
      <div className="lm-source-bar">
        {heading}
        <span className="lm-source-space" />
        {both && <Switch onClick={() => setAsText(false)} />}
        <Ways document={passage.document} />
      </div>
      <Quiet passage={passage} drawing={drawing} />
      <SourceText text={passage.text} quote={passage.quote} before={passage.before} after={passage.after} plain={passage.chunk_id === null} />
    </>
  );
}

/** A web page's title is its name. */
const nameOf = (document) => (document?.url && document.title) || document?.name;

/** The document has changed or gone: what this page still knows of the passage. */
function Gone({ chunk }) {
  const t = useT();
  const seen = seenPassage(chunk);
  return (
    <>
      <p className="lm-source-message" role="status">{seen?.text ? t("The document has changed or was deleted. This is the passage as it was read:") : t("The document has changed or was deleted since.")}</p>
      {seen?.text && <SourceText text={seen.text} />}
    </>
  );
}

function Content({ chunk, phase, passage, drawing, again }) {
  const t = useT();
  if (phase === "loading") return <p className="lm-source-message" role="status">{t("Opening the source…")}</p>;
  if (phase === "gone") return <Gone chunk={chunk} />;
  if (phase === "failed") {
    return (
      <p className="lm-source-message" role="alert">
        <span>{t("The source could not be loaded.")}</span>
        <button type="button" className="lm-button" onClick={again}>{t("Try again")}</button>
      </p>
    );
  }
  return <Passage key={passage.chunk_id ?? passage.document.id} passage={passage} drawing={drawing} />;
}

/** A column of the page. Escape closes it from inside, from the chat beside it, and from where nothing has the focus. */
function Column({ title, close, opener, children }) {
  const t = useT();
  const column = useRef(null);
  useEffect(() => {
    if (opener.current) column.current.focus({ preventScroll: true }); // not after a reload: nobody asked for it just now
    const onKey = (event) => {
      const here = document.activeElement;
      const near = here === document.body || column.current.contains(here) || here?.closest(".lm-thread, .lm-composer");
      if (event.key !== "Escape" || event.defaultPrevented || !near) return;
      event.preventDefault();
      close();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [close, opener]);
  return (
    <aside className="lm-source" ref={column} aria-label={t("Source: {name}", { name: title })} tabIndex={-1}>
      <div className="lm-source-head">
        <h2><bdi>{title}</bdi></h2>
        <button type="button" className="lm-icon" aria-label={t("Close the source")} data-tip={t("Close the source")} onClick={close}>
          <X aria-hidden="true" size={18} />
        </button>
      </div>
      {children}
    </aside>
  );
}

export function SourceViewer() {
  const t = useT();
  const wide = useMedia("(min-width: 1100px)");
  const [address, setAddress] = useQueryPart("source", "");
  const settings = useOpen(PANEL);
  const opener = useRef(null); // what the person came from: it gets the focus back
  const wanted = readAddress(address);
  const open = wanted !== null;
  const chunk = wanted?.chunk ?? null;
  const loaded = usePassage(wanted);
  const close = useCallback(() => setAddress(""), [setAddress]);

  useEffect(() => {
    const show = ({ detail }) => {
      const here = document.activeElement;
      if (!here?.closest?.(".lm-source")) opener.current = here;
      setOpen(PANEL, false);
      setAddress(detail.document_id && !detail.chunk_id ? documentAddress(detail.document_id) : writeAddress(detail.chunk_id, detail.quote));
    };
    window.addEventListener(OPEN_SOURCE, show);
    return () => window.removeEventListener(OPEN_SOURCE, show);
  }, [setAddress]);
  useEffect(() => {
    setShown(chunk);
    if (open) return undefined;
    const from = opener.current;
    opener.current = null;
    if (from?.isConnected && [document.body, null].includes(document.activeElement)) from.focus();
    return undefined;
  }, [chunk, open]);
  useEffect(() => () => setShown(null), []);
  useEffect(() => {
    if (settings && open) close();
  }, [settings]); // only when the settings open: a source that opens closes them

  const title = nameOf(loaded.passage?.document) ?? seenPassage(chunk)?.name ?? t("Source");
  const content = open && <Content chunk={chunk} {...loaded} />;
  if (!wide) {
    return (
      <Sheet side="right" full open={open} onOpenChange={(next) => next || close()} title={title}>
        <div className="lm-source-sheet">{content}</div>
      </Sheet>
    );
  }
  return open && <Column {...{ title, close, opener }}>{content}</Column>;
}
