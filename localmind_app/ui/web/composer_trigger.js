// "#" in the composer: which letters behind it are meant as the name of a collection. Pure, so that every case has a test.

const TRIGGER = /(?:^|\s)#([^\s#]{0,60})$/;

/** {start, query} of the "#" the cursor stands behind, or null. A Markdown heading ("# ") is none. */
export function triggerAt(text, caret) {
  const match = TRIGGER.exec(text.slice(0, caret));
  return match ? { start: caret - match[1].length - 1, query: match[1] } : null;
}

/** The text without the "#" and its letters, and where the cursor stands then. */
export function withoutTrigger(text, { start, query }) {
  const rest = text.slice(start + 1 + query.length);
  const head = text.slice(0, start);
  return { text: head + (/\s$/.test(head) || !head ? rest.replace(/^[ \t]/, "") : rest), caret: head.length };
}

/** The collections whose name has the letters, those that begin with them first; without those that are `taken`. */
export function matching(collections, query, taken) {
  const wanted = query.toLocaleLowerCase();
  const free = collections.filter((one) => !taken.includes(one.id) && one.name.toLocaleLowerCase().includes(wanted));
  const begins = (one) => one.name.toLocaleLowerCase().startsWith(wanted);
  return [...free.filter(begins), ...free.filter((one) => !begins(one))].slice(0, 50);
}
