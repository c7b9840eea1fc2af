// "How this was found": the question as it was searched, both lists side by side, what came of them, what was left out.
import { useEffect, useState } from "react";
import { useLocale, useT, useTN } from "$/localmind/i18n";
import { openSource } from "./source_address.js";
import { useThread } from "./thread_context.js";

const FAILED = "failed";

function useFound(chat, id) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    const stop = new AbortController();
    fetch(`/api/chats/${encodeURIComponent(chat)}/messages/${encodeURIComponent(id)}/found`, { credentials: "same-origin", cache: "no-store", signal: stop.signal })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`HTTP ${answer.status}`))))
      .then(setFound, () => stop.signal.aborted || setFound(FAILED));
    return () => stop.abort();
  }, [chat, id]);
  return found;
}

const said = (remark, t) => t(remark?.template ?? remark?.message ?? "", remark?.params ?? undefined);

/** What was left out, told once for every document and reason. */
function gathered(leftOut, t) {
  const groups = new Map();
  leftOut.forEach((one) => {
    const reason = said(one.reason, t);
    const key = `${one.document_id} ${reason}`;
    groups.set(key, { name: one.name, reason, count: (groups.get(key)?.count ?? 0) + 1 });
  });
  return [...groups.values()];
}

function Place({ entry }) {
  const t = useT();
  const page = entry.page === null || entry.page === undefined ? "" : ` · ${t("page {n}", { n: entry.page + 1 })}`;
  return (
    <button type="button" className="lm-found-place" onClick={() => openSource({ chunk_id: entry.chunk_id, name: entry.name, page: entry.page, text: entry.text })}>
      <bdi>{entry.name}</bdi>{page}
    </button>
  );
}

function Ranked({ title, entries, none }) {
  const locale = useLocale();
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  return (
    <div>
      <h4>{title}</h4>
      {entries.length === 0 && <p className="lm-found-none">{none}</p>}
      <ol>
        {entries.map((entry) => (
          <li key={entry.chunk_id}>
            <span><Place entry={entry} /> <span className="lm-found-score">{number.format(entry.score)}</span></span>
            <span className="lm-found-text" dir="auto">{entry.text}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Facts({ found }) {
  const t = useT();
  const locale = useLocale();
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const facts = [[t("Question"), found.query]];
  if (found.rewritten?.length) facts.push([t("Also searched"), list.format(found.rewritten)]);
  if (found.collections?.length) facts.push([t("In"), list.format(found.collections.map((one) => one.name || t("Files of this chat")))]);
  if (found.terms?.length) facts.push([t("Words looked for"), list.format(found.terms)]);
  if (found.ignored?.length) facts.push([t("Too common to help"), list.format(found.ignored)]);
  if (typeof found.relevance === "number") facts.push([t("Nearness"), t("{found} of at least {floor}", { found: number.format(found.relevance), floor: number.format(found.floor ?? 0) })]);
  facts.push([t("Put in order by"), found.reranked === "signs" ? t("words, places and both ranks") : found.reranked]);
  if (typeof found.milliseconds?.total === "number") facts.push([t("Time"), t("{n} ms", { n: number.format(Math.round(found.milliseconds.total)) })]);
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Chosen({ hits }) {
  const t = useT();
  const rank = (value) => (value === null || value === undefined ? "–" : value);
  const given = hits.some((hit) => hit.n); // a search by hand gives nothing to a model
  return (
    <div className="lm-found-table" role="region" aria-label={t("Best passages")} tabIndex={0}>
      <table>
        <thead>
          <tr><th scope="col">{t("Passage")}</th><th scope="col">{t("By meaning")}</th><th scope="col">{t("By words")}</th>{given && <th scope="col">{t("Given as")}</th>}</tr>
        </thead>
        <tbody>
          {hits.map((hit) => (
            <tr key={hit.chunk_id}>
              <td><Place entry={hit} /></td>
              <td>{rank(hit.ranks?.dense)}</td>
              <td>{rank(hit.ranks?.words)}</td>
              {given && <td>{hit.n ? `[${hit.n}]` : t("not given")}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function FoundPanel({ message }) {
  const t = useT();
  const { store } = useThread();
  const found = useFound(store.chat, message.id);
  if (found === null) return <p role="status">{t("Loading")}</p>;
  if (found === FAILED) return <p role="alert">{t("How this was found is not known any more.")}</p>;
  return <FoundDetails found={found} />;
}

/** The same for a search that is at hand, on the page of knowledge. Python: documents.py. */
export function FoundDetails({ found }) {
  const t = useT();
  const tn = useTN();
  return (
    <div className="lm-found">
      <Facts found={found} />
      {found.whole && <p>{t("The documents are so short that all of them were read.")}</p>}
      {found.notes?.map((note) => <p key={note.message}>{said(note, t)}</p>)}
      <div className="lm-found-lists">
        <Ranked title={t("By meaning")} entries={found.dense ?? []} none={t("Nothing.")} />
        <Ranked title={t("By words")} entries={found.words ?? []} none={t("Nothing.")} />
      </div>
      <h4>{t("Best passages")}</h4>
      <Chosen hits={found.hits ?? []} />
      {found.left_out?.length > 0 && (
        <>
          <h4>{t("Left out")}</h4>
          <ul>
            {gathered(found.left_out, t).map(({ name, reason, count }) => (
              <li key={`${name} ${reason}`}><bdi>{name}</bdi>: {tn("{n} passage", "{n} passages", count)}. {reason}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
