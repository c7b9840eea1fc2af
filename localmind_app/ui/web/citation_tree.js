// Puts marks into the parsed tree of one block of Markdown: chips in place of markers, doubt round sentences.
// It works on places in the source, so that a marker in code, in a link or behind a backslash stays what it is.
// Pure: a tree in (hast, with positions), the same tree changed out. What is drawn for a mark: citation.jsx.
import { findMarkers } from "./citations.js";

const OPAQUE = new Set(["code", "pre", "a", "script", "style"]);
const ENTITY = /^&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|\w{1,31});/;

/**
 * For every character of a text node its place in the source; one more for the end. The source has what the text has
 * not: backslashes, entities, the signs of a quotation at the beginning of its lines.
 */
export function placesOf(value, source, start, end) {
  if (end - start === value.length) return Array.from({ length: value.length + 1 }, (_, at) => start + at);
  const places = [];
  let at = start;
  for (const char of value) {
    const entity = char !== "&" && source[at] === "&" ? ENTITY.exec(source.slice(at, at + 40)) : null;
    if (!entity) while (at < end && source[at] !== char[0]) at += 1;
    for (let unit = 0; unit < char.length; unit += 1) places.push(Math.min(at + (entity ? 0 : unit), end));
    at += entity ? entity[0].length : char.length;
    if (char === "&") at += (ENTITY.exec(source.slice(at - 1, at + 40))?.[0].length ?? 1) - 1;
  }
  places.push(Math.min(at, end));
  return places;
}

/** Text nodes in reading order, with the list they stand in. */
function textNodes(parent, found = []) {
  parent.children?.forEach((node) => {
    if (node.type === "text") found.push({ node, parent });
    else if (node.type === "element" && !OPAQUE.has(node.tagName)) textNodes(node, found);
  });
  return found;
}

const element = (tagName, data, children = []) => ({ type: "element", tagName, properties: {}, data, children });

/** The marks of a text node with places in its value. */
function localMarks({ node }, source, known, marks) {
  const start = node.position?.start.offset;
  if (start === undefined) return findMarkers(node.value, known); // the parser made it of a part of a text
  const places = placesOf(node.value, source, start, node.position.end.offset);
  const end = places.at(-1);
  const inValue = (place) => {
    const at = places.findIndex((one) => one >= place);
    return at < 0 ? node.value.length : at;
  };
  return marks
    .filter((mark) => mark.start < end && mark.end > places[0])
    .map((mark) => ({ ...mark, mark, start: inValue(mark.start), end: inValue(mark.end) }))
    .filter((mark) => mark.end > mark.start);
}

/** The pieces a text node becomes. A chip stands where its marker begins; doubt only goes round words. */
function pieces(value, marks, lastOf) {
  const cuts = [...new Set([0, value.length, ...marks.flatMap((mark) => [mark.start, mark.end])])].sort((a, b) => a - b);
  const made = [];
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    const [from, to] = [cuts[at], cuts[at + 1]];
    const here = marks.filter((mark) => mark.start <= from && mark.end >= to);
    const cite = here.find((mark) => mark.kind === "cite");
    const doubt = here.find((mark) => mark.kind === "doubt");
    if (cite) {
      if (cite.start === from) made.push(element("lm-cite", { cited: cite.cited }));
    } else if (!here.some((mark) => mark.kind === "drop")) {
      const text = { type: "text", value: value.slice(from, to) };
      made.push(doubt && text.value.trim() ? element("lm-doubt", {}, [text]) : text);
    }
    const ended = marks.filter((mark) => mark.kind === "doubt" && mark.end === to && lastOf(mark));
    if (ended.length) made.push(element("lm-doubt-sign", { why: ended[0].why, by: ended[0].by }));
  }
  return made;
}

/** A rehype plugin for one block: `source` is its Markdown, `proof` what marksByBlock gives for it. */
export function rehypeCitations({ source, proof }) {
  return (tree) => {
    const marks = proof.marks ?? findMarkers(source, proof.known);
    const nodes = textNodes(tree).map((place) => ({ ...place, marks: localMarks(place, source, proof.known, marks) }));
    // A sentence may reach over several nodes (emphasis in it): its sign stands once, behind the last of them.
    const last = new Map();
    nodes.forEach(({ node, marks: own }) => own.forEach((mark) => mark.kind === "doubt" && last.set(mark.mark, node)));
    nodes.forEach(({ node, parent, marks: own }) => {
      if (!own.length) return;
      const made = pieces(node.value, own, (mark) => last.get(mark.mark) === node);
      parent.children.splice(parent.children.indexOf(node), 1, ...made);
    });
  };
}
