// Keys in a row of tabs move the focus at once. Radix moves it in a timer: on a busy page the next key press comes first,
// and would be taken for one on the tab that is being left.
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** Where the focus goes from tab number `at` of `count` by that key; undefined where the key is none of a tab row's. */
export function following(key, at, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return Object.hasOwn(STEPS, key) ? (at + STEPS[key] + count) % count : undefined;
}

/** Capturing handler of key presses for the row. */
export function moveAmongTabs(event) {
  if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
  const tabs = [...event.currentTarget.querySelectorAll('[role="tab"]:not(:disabled)')];
  const at = tabs.indexOf(event.target);
  const next = at < 0 ? undefined : following(event.key, at, tabs.length);
  if (next === undefined) return;
  event.preventDefault(); // also tells Radix that it is done
  tabs[next].focus();
}
