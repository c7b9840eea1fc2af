// A request with progress: XMLHttpRequest, because fetch does not say how much of a body has been sent.

const AGAIN = new Set([0, 408, 409, 429, 500, 502, 503, 504]);

/** What went wrong: `again` when the same may work later, `template` and `params` when the server said why not. */
function refusal(status, told) {
  const { template, params, message } = told?.error ?? {};
  return Object.assign(new Error(message ?? `HTTP ${status}`), { status, template, params, again: AGAIN.has(status) });
}

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** The JSON of the answer. Rejects with an Error that has `status` (0: no answer), `again`, `template` and `params`. */
export function request(method, url, { json, body, headers = {}, onProgress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    const abort = () => asked.abort();
    asked.open(method, url);
    Object.entries(json ? { "Content-Type": "application/json", ...headers } : headers).forEach(([name, value]) => asked.setRequestHeader(name, value));
    if (onProgress) asked.upload.onprogress = (event) => onProgress(event.loaded);
    asked.onload = () => {
      const told = parsed(asked.responseText);
      if (asked.status >= 200 && asked.status < 300 && told) resolve(told);
      else reject(refusal(asked.status, told));
    };
    asked.onerror = asked.onabort = () => reject(refusal(0, null));
    asked.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    asked.send(json ? JSON.stringify(json) : (body ?? null));
  });
}
