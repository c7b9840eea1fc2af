// What a key means in the composer. Pure, so that every case has a test.

/** True while an input method composes a word; 229 covers browsers that end the composition first. */
export const isComposing = (event) => Boolean(event.isComposing ?? event.nativeEvent?.isComposing) || event.keyCode === 229;

/** "send", "stop", "edit-last" or null (the browser's own meaning). */
export function meaningOf(event, { empty, coarse, streaming }) {
  if (isComposing(event)) return null;
  const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "Enter") {
    if (event.ctrlKey || event.metaKey) return "send";
    return plain && !coarse ? "send" : null; // on a phone Enter is a new line
  }
  if (event.key === "Escape" && plain) return streaming ? "stop" : null;
  if (event.key === "ArrowUp" && plain && empty) return "edit-last";
  return null;
}
