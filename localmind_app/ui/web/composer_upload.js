// One file on its way to the server, in pieces: after a break it goes on where it was. Pure, so that Node can test it.

export const PIECE = 8 * 1024 * 1024;
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000]; // without progress in between

const UPLOADS = "/api/files/uploads";

/**
 * Sends `file` and returns what the server made of it. `id` is an upload that was begun before; `onBegun(id)` tells of a
 * new one, `onProgress(bytes)` how much has arrived. Rejects with the error of `request`, or when `signal` is aborted.
 */
export async function uploadFile({ file, id = null, request, wait, onBegun, onProgress, signal }) {
  let failures = 0;
  for (;;) {
    try {
      let state = id ? await request("GET", `${UPLOADS}/${id}`, { signal }) : await request("POST", UPLOADS, { json: { name: file.name, size: file.size }, signal });
      if (!id) onBegun((id = state.id));
      onProgress(state.offset);
      while (!state.file) {
        const from = state.offset;
        state = await request("PATCH", `${UPLOADS}/${id}`, {
          body: file.slice(from, from + PIECE),
          headers: { "Upload-Offset": String(from) },
          onProgress: (sent) => onProgress(from + sent),
          signal,
        });
        failures = 0;
        onProgress(state.offset);
      }
      return state.file;
    } catch (error) {
      const forgotten = id !== null && error.status === 404; // it had expired
      if (signal.aborted || !(error.again || forgotten) || failures >= PAUSES_MS.length) throw error;
      if (forgotten) id = null;
      await wait(PAUSES_MS[failures++], signal);
    }
  }
}

/** Forgets an upload on the server; what cannot be reached now expires there by itself. */
export const forgetUpload = (request, id) => request("DELETE", `${UPLOADS}/${id}`).catch(() => {});

/** A pause that ends at once when `signal` is aborted. */
export const wait = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
