// Which addresses of untrusted text may become links, and what the person is told about them. Pure.

const SAFE = new Set(["http:", "https:", "mailto:"]);

/** An absolute http, https or mailto address, normalised; null for everything else (relative ones too). */
export function safeUrl(address) {
  if (typeof address !== "string" || address.length > 4000) return null;
  // Browsers drop tabs and newlines inside of a scheme; here such an address is refused instead.
  if (/[\u0000-\u001f\u007f]/.test(address)) return null;
  try {
    const url = new URL(address);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Where a safe address leads, in a few characters: the host (punycode as it is), or the mailbox. */
export function hostOf(href) {
  const url = new URL(href);
  return url.protocol === "mailto:" ? url.pathname.slice(0, 80) : url.host.slice(0, 80);
}

/** http(s) only: what an image address may open on a click. */
export const imageUrl = (address) => {
  const url = safeUrl(address);
  return url && !url.startsWith("mailto:") ? url : null;
};
