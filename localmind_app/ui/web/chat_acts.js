// What parts outside of the composer ask of it: window events, because they stand in other branches of the page.

const send = (name, detail) => window.dispatchEvent(new CustomEvent(`localmind:${name}`, { detail }));

/** Puts a text into the composer and the cursor behind it. */
export const fillComposer = (text) => send("fill-composer", { text });

/** Moves the cursor into the composer. */
export const focusComposer = () => send("focus-composer", {});
