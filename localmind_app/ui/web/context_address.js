// How the context view is opened from anywhere, and how a message is shown: by window events, because view and thread
// stand in other branches of the page.
export const OPEN_CONTEXT = "localmind:open-context";
export const SHOW_MESSAGE = "localmind:show-message";

/** Shows what an answer was given; without an id the newest one that has a record. */
export const openContext = (message = "") => window.dispatchEvent(new CustomEvent(OPEN_CONTEXT, { detail: { message } }));

/** Brings a message into view where its chat is open already; elsewhere the address does. */
export const showMessage = (chat, message) => window.dispatchEvent(new CustomEvent(SHOW_MESSAGE, { detail: { chat, message } }));

/** The address of a message in its chat. */
export const messageAddress = (chat, message) => `/c/${encodeURIComponent(chat)}${message ? `?m=${encodeURIComponent(message)}` : ""}`;
