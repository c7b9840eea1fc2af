// The viewer of sources: beside the page on a wide window, over it on a narrow one. What it shows stands in the
// address, so that Reload, Back and a shared place work. Python: source.py.
import { useCallback, useEffect, useRef } from "react";
import { Download, ExternalLink, X } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { setOpen, useOpen } from "./disclosure.jsx";
import { safeUrl } from "./markdown_links.js";
import { useMedia } from "./media.jsx";
import { useQueryPart } from "./query.js";
import { Sheet } from "./sheet.jsx";
import { OPEN_SOURCE, readAddress, writeAddress } from "./source_address.js";
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
      <a className="lm-icon" href={url} target="_blank" rel="noopener noreferrer nofollow" referrerPolicy="no-referrer" aria-label={t("Open the web page")} data-tip={t("Open the web page")}>
        <ExternalLink aria-hidden="true" size={18} />
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

function Passage({ passage }) {
  const heading = passage.heading && <p className="lm-source-heading" dir="auto">{passage.heading}</p>;
  if (passage.media === "pages") {
    return (
      <>
        {heading}
        <SourcePage key={`${passage.document.id} ${passage.chunk_id}`} passage={passage}><Ways document={passage.document} /></SourcePage>
        <Words passage={passage} />
      </>
    );
  }
  return (
    <>
      <div className="lm-source-bar">{heading}<span className="lm-source-space" /><Ways document={passage.document} /></div>
      <SourceText text={passage.text} quote={passage.quote} before={passage.before} after={passage.after} />
    </>
  );
}

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

function Content({ chunk, phase, passage, again }) {
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
  return <Passage passage={passage} />;
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
  const chunk = wanted?.chunk ?? null;
  const loaded = usePassage(chunk, wanted?.quote);
  const close = useCallback(() => setAddress(""), [setAddress]);

  useEffect(() => {
    const open = ({ detail }) => {
      const here = document.activeElement;
      if (!here?.closest?.(".lm-source")) opener.current = here;
      setOpen(PANEL, false);
      setAddress(writeAddress(detail.chunk_id, detail.quote));
    };
    window.addEventListener(OPEN_SOURCE, open);
    return () => window.removeEventListener(OPEN_SOURCE, open);
  }, [setAddress]);
  useEffect(() => {
    setShown(chunk);
    if (chunk !== null) return undefined;
    const from = opener.current;
    opener.current = null;
    if (from?.isConnected && [document.body, null].includes(document.activeElement)) from.focus();
    return undefined;
  }, [chunk]);
  useEffect(() => () => setShown(null), []);
  useEffect(() => {
    if (settings && chunk !== null) close();
  }, [settings]); // only when the settings open: a source that opens closes them

  const title = loaded.passage?.document.name ?? seenPassage(chunk)?.name ?? t("Source");
  const content = chunk !== null && <Content chunk={chunk} {...loaded} />;
  if (!wide) {
    return (
      <Sheet side="right" full open={chunk !== null} onOpenChange={(open) => open || close()} title={title}>
        <div className="lm-source-sheet">{content}</div>
      </Sheet>
    );
  }
  return chunk === null ? null : <Column {...{ title, close, opener }}>{content}</Column>;
}
