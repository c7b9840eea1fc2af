// Files on their way into a collection, thousands if need be: a few at a time are sent, and what has arrived is added
// to the collection in batches. Pure, so that Node can test it.
import { PIECE, uploadFile, wait } from "./composer_upload.js";

const AT_ONCE = 4;
const BATCH = 25; // files that are added with one request
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000];

/** Goes on trying what may work later. */
async function patiently(work, pause, signal) {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !error.again || failures >= PAUSES_MS.length) throw error;
      await pause(PAUSES_MS[failures], signal);
    }
  }
}

/** Sends one file; a small one in one request instead of two. Returns what the server made of it. */
function send(file, { request, pause, signal }) {
  if (file.size > PIECE) {
    return uploadFile({ file, request, wait: pause, signal, onBegun: () => {}, onProgress: () => {} });
  }
  const headers = { "X-File-Name": encodeURIComponent(file.name), "Content-Type": file.type || "application/octet-stream" };
  return patiently(() => request("POST", "/api/files", { body: file, headers, signal }), pause, signal);
}

const NOTHING = { all: 0, done: 0, skipped: 0, failed: [], active: false };

/**
 * A store: {all, done, skipped, failed, active}. `add(entries)` takes [{file, name}], `name` being what the document is
 * called; `register(entries)` adds [{id, name}] to the collection. `failed` has {key, name, error}.
 */
export function createUploads({ request, register, pause = wait }) {
  let shown = NOTHING;
  let waiting = [];
  let arrived = [];
  let sending = 0;
  let registering = false;
  let newest = 0;
  let abort = new AbortController();
  const listeners = new Set();

  const set = (change) => {
    shown = { ...shown, ...change };
    listeners.forEach((listener) => listener());
  };
  const fail = (entry, error) => set({ failed: [...shown.failed, { ...entry, error: { template: error.template, params: error.params } }] });

  async function sendOne(entry) {
    const { signal } = abort;
    sending += 1;
    try {
      const file = await send(entry.file, { request, pause, signal });
      if (!signal.aborted) arrived.push({ ...entry, id: file.id });
    } catch (error) {
      if (!signal.aborted) fail(entry, error);
    }
    sending -= 1;
    next();
  }

  async function registerSome() {
    const { signal } = abort;
    registering = true;
    const batch = arrived.splice(0, BATCH);
    try {
      await patiently(() => register(batch.map(({ id, name }) => ({ id, name }))), pause, signal);
      if (!signal.aborted) set({ done: shown.done + batch.length });
    } catch (error) {
      if (!signal.aborted) batch.forEach((entry) => fail(entry, error));
    }
    registering = false;
    next();
  }

  function next() {
    while (sending < AT_ONCE && waiting.length) sendOne(waiting.shift());
    // The first ones are added at once, so that reading begins; later ones as many as came meanwhile.
    if (!registering && arrived.length) registerSome();
    const active = sending > 0 || registering || waiting.length > 0 || arrived.length > 0;
    if (active !== shown.active) set({ active });
  }

  function take(entries) {
    if (!shown.active) set({ ...NOTHING, failed: shown.failed });
    waiting = waiting.concat(entries.map((entry) => ({ key: ++newest, ...entry })));
    set({ all: shown.all + entries.length });
    next();
  }

  return {
    get: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** `skipped` counts what a folder had and nobody wants. */
    add(entries, skipped = 0) {
      take(entries);
      if (skipped) set({ skipped: shown.skipped + skipped });
    },
    /** Sends again what failed. */
    retry() {
      const again = shown.failed.map(({ file, name }) => ({ file, name }));
      set({ failed: [] });
      take(again);
    },
    forget: () => set({ failed: [], skipped: 0 }),
    /** Stops sending. What has arrived and was added stays. */
    cancel() {
      abort.abort();
      abort = new AbortController();
      waiting = [];
      arrived = [];
      set({ ...NOTHING });
      next();
    },
  };
}
