// Syntax colours in a chunk of its own. The tree of the highlighter becomes React elements, never HTML text.
import { createElement } from "react";
import { common, createLowlight } from "lowlight";

const lowlight = createLowlight(common);

const draw = (node, key) =>
  node.type === "text" ? node.value : createElement("span", { key, className: node.properties?.className?.join(" ") }, ...(node.children ?? []).map(draw));

/** Code as React nodes, or null when the language is unknown. */
export function colour(code, lang) {
  if (!lowlight.registered(lang)) return null;
  return lowlight.highlight(lang, code).children.map(draw);
}
