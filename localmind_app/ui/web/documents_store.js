// The documents of one collection as the page shows them: one page of rows, read again while something goes on, and
// removals that can be taken back. Pure, so that Node can test it: it is given how to ask, and the clock.

export const ROWS = 50; // of a page; a collection may have thousands
export const WORKING = ["queued", "parsing", "embedding", "storing"];
const BUSY_MS = 1000; // between two looks while documents are worked on
const QUIET_MS = 6000; // otherwise: a followed folder or another tab may bring something

const base = (collection) => `/api/knowledge/collections/${encodeURIComponent(collection)}`;
export const pathOf = (document) => `/api/knowledge/documents/${encodeURIComponent(document)}`;

/** How many documents of `counts` are in one of `states`. */
export const inStates = (counts, states) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);

const statesOf = (state) => (state === "working" ? WORKING : state ? [state] : []);

/** The question a filter stands for. `after` is the last document of the page before. */
export function query({ state, name, after }) {
  const parts = new URLSearchParams({ limit: String(ROWS) });
  if (state) parts.set("state", statesOf(state).join(","));
  if (name) parts.set("name", name);
  const last = after.at(-1);
  if (last) parts.set("after", last);
  return parts.toString();
}

/** `after` has the last document of every page before the shown one. */
const FILTER = { state: "", name: "", after: [] };
const UNKNOWN = { collection: null, rows: null, next: null, counts: {}, filter: FILTER, away: false, missing: false };

/**
 * A store: {collection, rows, next, counts, filter, away, missing}; rows are null before the first answer, `next` is
 * where the next page begins. It asks while `start()` is in effect and `seen()` says that somebody looks. `away`: the
 * last look had no answer.
 */
export function createDocuments({ id, request, seen = () => true, later = setTimeout, stop = clearTimeout }) {
  let shown = UNKNOWN;
  let timer = null;
  let running = false;
  let asked = 0; // numbers the looks: an older answer never replaces a newer one
  const leaving = new Map(); // documents out of sight whose removal is on its way, by id: {state, done}
  const listeners = new Set();

  const set = (change) => {
    shown = { ...shown, ...change };
    listeners.forEach((listener) => listener());
  };

  function take(found) {
    const counts = { ...found.collection.states };
    leaving.forEach(({ state }) => (counts[state] = Math.max(0, (counts[state] ?? 0) - 1)));
    const rows = found.documents.filter((row) => !leaving.has(row.id));
    set({ collection: found.collection, rows, next: found.next, counts, away: false, missing: false });
  }

  async function load() {
    const number = ++asked;
    stop(timer);
    try {
      const found = await request("GET", `${base(id)}/documents?${query(shown.filter)}`);
      if (number !== asked) return;
      const gone = !found.documents.length && shown.filter.after.length > 0;
      if (gone) return void turn({ after: shown.filter.after.slice(0, -1) }); // the last page has become empty
      take(found);
    } catch (error) {
      if (number !== asked) return;
      set(error.status === 404 ? { missing: true, rows: [], away: false } : { away: true });
    }
    plan();
  }

  function plan() {
    stop(timer);
    if (!running || shown.missing) return;
    const busy = inStates(shown.counts, WORKING) > 0 || shown.away;
    timer = later(() => (seen() ? load() : plan()), busy ? BUSY_MS : QUIET_MS);
  }

  function turn(change) {
    set({ filter: { ...shown.filter, after: [], ...change } }); // another filter begins at its first page
    return load();
  }

  /** Asks for something to be done and looks again; rejects with the server's reason. */
  async function act(method, path, json) {
    try {
      return await request(method, path, json ? { json } : {});
    } finally {
      load();
    }
  }

  async function leave(document) {
    try {
      await request("DELETE", pathOf(document));
    } finally {
      leaving.delete(document);
      load();
    }
  }

  return {
    get: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load,
    turn,
    forward: () => turn({ after: [...shown.filter.after, shown.next] }),
    back: () => turn({ after: shown.filter.after.slice(0, -1) }),
    start() {
      running = true;
      load();
    },
    close() {
      running = false;
      stop(timer);
    },
    retry: (document) => act("POST", `${pathOf(document)}/retry`),
    cancel: (document) => act("POST", `${pathOf(document)}/cancel`),
    /** Of the whole collection: pause, resume, cancel, retry. */
    all: (verb) => act("POST", `${base(id)}/${verb}`),
    details: (document) => request("GET", pathOf(document)),
    /** Takes a document away, out of sight at once; `onFailed` is told why that did not work. */
    remove(row, onFailed) {
      leaving.set(row.id, { state: row.state, done: leave(row.id).catch(onFailed) });
      set({ rows: shown.rows.filter((other) => other.id !== row.id), counts: { ...shown.counts, [row.state]: Math.max(0, (shown.counts[row.state] ?? 0) - 1) } });
    },
    /** Takes a removal back, also one that is still on its way; rejects with the server's reason. */
    async restore(document) {
      await leaving.get(document)?.done;
      return act("POST", `${pathOf(document)}/restore`);
    },
  };
}
