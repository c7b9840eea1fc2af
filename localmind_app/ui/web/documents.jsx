// The documents of a collection: bringing files and folders, live progress, filter, pages of rows, details.
// The browser asks the API itself, so nothing of thousands of rows goes through Reflex.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import { FileUp, FolderUp, MessageSquare } from "lucide-react";
import { translate, useT } from "$/localmind/i18n";
import { toast } from "$/localmind/toast";
import { readAsked, writeAsked } from "./composer_draft.js";
import { request } from "./composer_request.js";
import { DocumentDetails } from "./documents_detail.jsx";
import { Filter, Pager } from "./documents_filter.jsx";
import { Progress, Trouble, Uploading } from "./documents_progress.jsx";
import { DocumentRow } from "./documents_row.jsx";
import { WORKING, createDocuments, inStates } from "./documents_store.js";
import { createUploads } from "./documents_upload.js";
import { chosen, commonFolder, dropped } from "./documents_walk.js";

const BUTTON = "lm-target inline-flex items-center justify-center gap-2 rounded-md border px-4 text-[0.9375rem] font-medium whitespace-nowrap max-sm:px-3 max-sm:text-sm";
const PLAIN = `${BUTTON} border-border bg-raised text-text shadow-sm hover:bg-hover`;
const FIRST = `${BUTTON} border-transparent bg-accent text-on-accent hover:bg-accent-hover`;

// What is on its way goes on when the person looks at another page of LocalMind: one of each per collection.
const stores = new Map();
const uploads = new Map();
const uploadsTo = (id) => {
  const register = (files) => request("POST", `/api/knowledge/collections/${encodeURIComponent(id)}/documents`, { json: { files } });
  if (!uploads.has(id)) uploads.set(id, createUploads({ request, register }));
  return uploads.get(id);
};

const storeOf = (id) => {
  if (!stores.has(id)) stores.set(id, createDocuments({ id, request, seen: () => document.visibilityState === "visible" }));
  return stores.get(id);
};

const complain = (error) => toast({ kind: "error", message: error.template ?? "LocalMind did not answer. Try again.", params: error.params });

/** The collection files go to: the one that is shown, or one that is made for them, named after their folder. */
async function target(id, entries) {
  if (id) return id;
  const name = commonFolder(entries) ?? translate("My documents");
  return (await request("POST", "/api/knowledge/collections", { json: { name, description: "" } })).id;
}

/** True while files are held over the page; what is dropped goes to `onDrop` as a DataTransfer. */
function useDrop(onDrop) {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    let depth = 0; // every element that is crossed says so
    const holds = (event) => event.dataTransfer?.types?.includes("Files");
    const enter = (event) => holds(event) && ((depth += 1), setOver(true));
    const leave = (event) => holds(event) && (depth = Math.max(0, depth - 1)) === 0 && setOver(false);
    const hold = (event) => holds(event) && event.preventDefault();
    const drop = (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      latest.current(event.dataTransfer);
    };
    const all = { dragenter: enter, dragleave: leave, dragover: hold, drop };
    Object.entries(all).forEach(([name, handler]) => window.addEventListener(name, handler));
    return () => Object.entries(all).forEach(([name, handler]) => window.removeEventListener(name, handler));
  }, []);
  return over;
}

/** Hook: a function that takes the promise of what was chosen or dropped into the collection. */
function useTaking(collection) {
  const navigate = useNavigate();
  return async (coming) => {
    try {
      const { entries, skipped } = await coming;
      if (!entries.length) return void toast("There is no file in it that can be read.");
      const id = await target(collection, entries);
      uploadsTo(id).add(entries, skipped);
      const searched = new URLSearchParams(window.location.search).has("q"); // passages stand where the list would be
      if (id !== collection || searched) await navigate(`/knowledge?collection=${encodeURIComponent(id)}`);
    } catch (error) {
      complain(error);
    }
  };
}

/** Takes what is dropped anywhere on the page; without a collection a new one is made for it. */
export function DropFiles({ collection = "" }) {
  const t = useT();
  const take = useTaking(collection);
  const over = useDrop((transfer) => take(dropped(transfer)));
  const hint = collection ? t("Drop files and folders to add them") : t("Drop files and folders for a new collection");
  return over && <div className="lm-drop" aria-hidden="true"><span>{hint}</span></div>;
}

/** Buttons for files and folders. `children` are further ways. */
export function AddFiles({ collection = "", children }) {
  const t = useT();
  const files = useRef(null);
  const folder = useRef(null);
  const take = useTaking(collection);
  const pick = (event) => {
    take(chosen(event.target.files));
    event.target.value = ""; // the same file can be chosen again
  };
  return (
    <>
      <button type="button" className={FIRST} onClick={() => files.current.click()}>
        <FileUp aria-hidden="true" size={18} className="shrink-0" /> {t("Add files")}
      </button>
      <button type="button" className={`${PLAIN} max-sm:hidden`} onClick={() => folder.current.click()}>
        <FolderUp aria-hidden="true" size={18} className="shrink-0" /> {t("Add a folder")}
      </button>
      <input ref={files} type="file" multiple hidden onChange={pick} />
      <input ref={folder} type="file" multiple hidden webkitdirectory="" onChange={pick} />
      {children}
    </>
  );
}

/** Opens a new chat whose message is asked of the collection. */
export function AskInChat({ collection, name }) {
  const t = useT();
  const navigate = useNavigate();
  const ask = () => {
    const asked = readAsked("");
    const others = asked.collections.filter(({ id }) => id !== collection);
    writeAsked("", { ...asked, collections: [...others, { id: collection, name }] });
    navigate("/");
  };
  return (
    <button type="button" className={PLAIN} onClick={ask}>
      <MessageSquare aria-hidden="true" size={18} className="shrink-0" /> {t("Ask in a chat")}
    </button>
  );
}

/** What a screen reader hears: that reading began, and how it ended; never every file. */
function Spoken({ working, counts }) {
  const t = useT();
  const before = useRef(0);
  const [said, say] = useState("");
  useEffect(() => {
    if (working && !before.current) say(t("Documents are being read."));
    if (!working && before.current) say(counts.failed ? t("Reading has ended. Some documents could not be read.") : t("All documents are ready."));
    before.current = working;
  }, [working, counts, t]);
  return <span className="sr-only" role="status">{said}</span>;
}

/**
 * `revision` changes when something was added elsewhere on the page, `onFilled` hears that the first document is there or
 * the last one has gone; `children` are shown while nothing is there.
 */
export function Documents({ collection, revision, onFilled, children }) {
  const t = useT();
  const store = storeOf(collection);
  const shown = useSyncExternalStore(store.subscribe, store.get, store.get);
  const sending = uploadsTo(collection);
  const upload = useSyncExternalStore(sending.subscribe, sending.get, sending.get);
  const [open, setOpen] = useState(null);
  const list = useRef(null);

  useEffect(() => {
    store.start();
    return store.close;
  }, [store]);
  useEffect(() => void (revision && store.load()), [revision, store]);
  useEffect(() => void (upload.done && store.load()), [upload.done, store]);

  const doing = (work) => work.catch(complain);
  const remove = (row, at) => {
    store.remove(row, complain);
    toast({ message: "{name} was removed.", params: { name: row.name }, undo: () => doing(store.restore(row.id)) });
    // The neighbour gets the focus, or the list when none is left.
    requestAnimationFrame(() => (list.current?.querySelectorAll("[data-open]")[Math.max(0, at - 1)] ?? list.current)?.focus());
  };

  const { rows, counts, filter, away, missing } = shown;
  const filtered = filter.state !== "" || filter.name !== "";
  const empty = rows !== null && !filtered && !Object.values(counts).some(Boolean);
  const working = inStates(counts, WORKING);
  const filled = rows === null ? null : Object.values(counts).some(Boolean);
  useEffect(() => void (filled !== null && onFilled?.(filled)), [filled]); // the handler is a new one with every drawing
  if (missing) return null; // the page says so
  return (
    <div className="flex flex-col gap-4">
      <p role="status" className="text-sm text-danger empty:hidden">{away ? t("LocalMind does not answer. Trying again…") : ""}</p>
      <Spoken working={working} counts={counts} />
      <Uploading upload={upload} sending={sending} />
      <Progress counts={counts} working={working} paused={shown.collection?.paused} note={rows?.find((row) => row.note)?.note} onAct={(verb) => doing(store.all(verb))} />
      <Trouble counts={counts} filter={filter} onShow={() => store.turn({ state: "failed" })} onRetry={() => doing(store.all("retry"))} />
      {rows === null && !away && <p className="text-sm text-muted">{t("Loading")}</p>}
      {empty && !upload.active && children}
      {rows !== null && !empty && (
        <>
          <Filter filter={filter} counts={counts} onChange={store.turn} />
          {rows.length === 0 && <p className="py-6 text-center text-sm text-muted" role="status">{t("No document is like this.")}</p>}
          <ul ref={list} tabIndex={-1} aria-label={t("Documents")} className="divide-y divide-border rounded-md border border-border empty:hidden">
            {rows.map((row, at) => (
              <DocumentRow key={row.id} row={row} onOpen={() => setOpen(row.id)} onRetry={() => doing(store.retry(row.id))} onCancel={() => doing(store.cancel(row.id))} onRemove={() => remove(row, at)} />
            ))}
          </ul>
          <Pager shown={shown} onBack={store.back} onForward={store.forward} />
        </>
      )}
      <DocumentDetails id={open} store={store} onClose={() => setOpen(null)} />
    </div>
  );
}
