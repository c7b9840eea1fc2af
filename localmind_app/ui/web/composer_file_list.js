// The files of a message that is being written: a small store. Three are on their way at a time, the rest waits.
// An item: {key, name, size, state: "waiting" | "sending" | "done" | "failed", sent, file, error}.
import { forgetUpload, uploadFile, wait } from "./composer_upload.js";

const AT_ONCE = 3;
export const MOST = 20;

let newest = 0;

export function createFileList({ request, kept = [], pause = wait }) {
  let items = kept.map((file) => ({ key: ++newest, name: file.name, size: file.size, state: "done", sent: file.size, file, error: null }));
  const insides = new Map(); // by key: the browser's File, the id of the upload, what aborts it
  const listeners = new Set();

  const set = (next) => {
    items = next;
    listeners.forEach((listener) => listener());
  };
  const patch = (key, change) => set(items.map((item) => (item.key === key ? { ...item, ...change } : item)));

  async function send(item) {
    const inside = insides.get(item.key);
    inside.abort = new AbortController();
    patch(item.key, { state: "sending", error: null });
    try {
      const file = await uploadFile({
        file: inside.file,
        id: inside.id,
        request,
        wait: pause,
        signal: inside.abort.signal,
        onBegun: (id) => (inside.id = id),
        onProgress: (sent) => patch(item.key, { sent }),
      });
      patch(item.key, { state: "done", file, name: file.name, sent: item.size });
    } catch (error) {
      patch(item.key, { state: "failed", error: { template: error.template, params: error.params } });
    }
    next();
  }

  function next() {
    const free = AT_ONCE - items.filter((item) => item.state === "sending").length;
    items.filter((item) => item.state === "waiting").slice(0, Math.max(0, free)).forEach(send);
  }

  function remove(key) {
    const inside = insides.get(key);
    inside?.abort?.abort();
    if (inside?.id && items.find((item) => item.key === key)?.state !== "done") forgetUpload(request, inside.id);
    insides.delete(key);
    set(items.filter((item) => item.key !== key));
    next();
  }

  return {
    get: () => items,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Takes browser Files, as many as a message can have; returns how many were left out. */
    add(files) {
      const taken = files.slice(0, Math.max(0, MOST - items.length));
      const fresh = taken.map((file) => ({ key: ++newest, name: file.name, size: file.size, state: "waiting", sent: 0, file: null, error: null }));
      fresh.forEach((item, at) => insides.set(item.key, { file: taken[at], id: null, abort: null }));
      set([...items, ...fresh]);
      next();
      return files.length - taken.length;
    },
    remove,
    retry(key) {
      patch(key, { state: "waiting", error: null });
      next();
    },
    /** The message with these files was taken: they are part of it now. */
    release: (ids) => set(items.filter((item) => !ids.includes(item.file?.id))),
    /** Stops everything that is on its way: the field is gone. */
    close: () => items.filter((item) => item.state === "sending").forEach((item) => insides.get(item.key)?.abort?.abort()),
  };
}
