// Finding by a few letters, in order, anywhere in the text; words that start with them come first. Pure functions.

const fold = (text) => String(text ?? "").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** How well `query` fits `text`: 0 is not at all, higher is better. */
export const score = (query, text) => {
  const wanted = fold(query).trim();
  const inside = fold(text);
  if (!wanted) return 1;
  const at = inside.indexOf(wanted);
  if (at === 0) return 100;
  if (at > 0) return /[\s\-_/.]/.test(inside[at - 1]) ? 80 : 60;
  let from = 0;
  let gaps = 0;
  for (const letter of wanted.replace(/\s+/g, "")) {
    const found = inside.indexOf(letter, from);
    if (found < 0) return 0;
    gaps += found - from;
    from = found + 1;
  }
  return Math.max(1, 40 - gaps);
};

/** The items that fit, grouped. Without a query the recent ones come first; with one, the best group does. */
export const arrange = (items, query, recent) => {
  const found = items
    .map((item) => ({ ...item, points: Math.max(score(query, item.label), score(query, item.keywords) * 0.7) }))
    .filter((item) => item.points > 0 && (!item.keywords || !query || item.points > 1));
  if (!query.trim()) {
    const lately = recent.map((id) => found.find((item) => item.id === id)).filter(Boolean);
    const rest = found.filter((item) => !recent.includes(item.id));
    return grouped([...lately.map((item) => ({ ...item, group: "recent" })), ...rest]);
  }
  return grouped(found.sort((a, b) => b.points - a.points));
};

const grouped = (items) => {
  const groups = new Map();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups].map(([name, members]) => ({ name, members: members.slice(0, 30) }));
};
