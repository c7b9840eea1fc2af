// Everything about one document, in a sheet: its first page, its figures, what was left out, its file.
import { useEffect, useState } from "react";
import { BookOpen, Download, ExternalLink } from "lucide-react";
import { useLocale, useT } from "$/localmind/i18n";
import { useFigures } from "$/localmind/figures";
import { pathOf } from "./documents_store.js";
import { STATES, reason } from "./documents_words.js";
import { Sheet } from "./sheet.jsx";
import { openDocument } from "./source_address.js";

const LINK = "lm-target inline-flex items-center justify-center gap-2 self-start rounded-md border border-border bg-raised px-4 text-sm font-medium shadow-sm hover:bg-hover";

/** The document's record: null while it comes, {problem} when it does not. */
function useDocument(id, store) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (!id) return undefined;
    let gone = false;
    setFound(null);
    store.details(id).then(
      (one) => gone || setFound(one),
      (error) => gone || setFound({ problem: error }),
    );
    return () => {
      gone = true;
    };
  }, [id, store]);
  return found;
}

function Facts({ one }) {
  const t = useT();
  const { number, size } = useFigures();
  const when = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium", timeStyle: "short" });
  const facts = [
    [t("State"), t(STATES[one.state] ?? one.state)],
    [t("Title"), one.title && one.title !== one.name ? one.title : null],
    [t("Kind of file"), one.media_type],
    [t("Size"), one.size ? size(one.size) : null],
    [t("Pages"), one.pages ? number(one.pages) : null],
    [t("Passages"), one.chunks ? number(one.chunks) : null],
    [t("Read by"), one.parser],
    [t("Added"), one.created_at ? when.format(one.created_at) : null],
    [t("Last change"), one.updated_at && one.updated_at !== one.created_at ? when.format(one.updated_at) : null],
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
      {facts.filter(([, value]) => value).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 tabular-nums [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function FirstPage({ one }) {
  const t = useT();
  const [broken, setBroken] = useState(false);
  if (!one.pages || one.state !== "ready" || broken) return null;
  const source = `${pathOf(one.id)}/pages/0?width=640`;
  return <img src={source} alt={t("First page of {name}", { name: one.name })} onError={() => setBroken(true)} className="max-h-80 w-auto self-start rounded-sm border border-border bg-white" />;
}

export function DocumentDetails({ id, store, onClose }) {
  const t = useT();
  const one = useDocument(id, store);
  const why = one && !one.problem ? reason(one.error) : null;
  const remarks = one?.warnings ?? [];
  const look = () => {
    onClose();
    requestAnimationFrame(() => openDocument({ document_id: one.id, name: one.name })); // the focus is back on the row
  };
  return (
    <Sheet open={id !== null} onOpenChange={(open) => open || onClose()} side="right" full title={one?.name ?? t("Document")}>
      <div className="flex flex-col gap-5 p-4">
        {!one && <p className="text-sm text-muted" role="status">{t("Loading")}</p>}
        {one?.problem && <p role="alert" className="text-sm text-danger">{one.problem.template ? t(one.problem.template, one.problem.params) : t("LocalMind did not answer. Try again.")}</p>}
        {one && !one.problem && (
          <>
            {why && <p role="alert" className="rounded-md bg-danger-soft p-3 text-sm text-danger [overflow-wrap:anywhere]">{t(why.template, why.params)}</p>}
            <FirstPage one={one} />
            {one.searchable && (
              <button type="button" className={LINK} onClick={look}>
                <BookOpen aria-hidden="true" size={16} /> {t("Open")}
              </button>
            )}
            <Facts one={one} />
            {remarks.length > 0 && (
              <section aria-labelledby="document-remarks" className="flex flex-col gap-1">
                <h3 id="document-remarks" className="text-sm font-semibold">{t("What was left out")}</h3>
                <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
                  {remarks.map((remark, at) => <li key={at}>{t(remark.template ?? remark.message, remark.params)}</li>)}
                </ul>
              </section>
            )}
            {one.file_id && (
              <a className={LINK} href={`${pathOf(one.id)}/content`} download>
                <Download aria-hidden="true" size={16} /> {t("Download the file")}
              </a>
            )}
            {one.url && (
              <a className={LINK} href={one.url} target="_blank" rel="noreferrer noopener">
                <ExternalLink aria-hidden="true" size={16} /> {t("Open the page")}
              </a>
            )}
          </>
        )}
      </div>
    </Sheet>
  );
}
