// Which text is math, and in the form that remark-math reads. Pure.
// Dollars follow Pandoc's rule (tex_math_dollars), so "from $5 to $10" stays money.

const CODE = /(`+)[\s\S]*?\1|^(?: {4}|\t).*$/gm;
const BRACKETS = /\\\(([^\n]{1,2000}?)\\\)|\\\[([\s\S]{1,8000}?)\\\]/g;
const DOLLARS = /\\\$|\$\$[\s\S]*?\$\$|\$(?=\S)((?:[^$\\\n]|\\[^\n])*?)(?<=\S)\$(?!\d)|\$/g;

/** Runs `change` on what is outside of code. */
function outsideCode(text, change) {
  let out = "";
  let from = 0;
  for (const match of text.matchAll(CODE)) {
    out += change(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return out + change(text.slice(from));
}

/** Whether a block may hold math at all: the cheap question before KaTeX is loaded. */
export const mayHaveMath = (text) => /\$[^\s$][^$\n]*\$|\$\$|\\\(|\\\[/.test(text) && toMath(text) !== null;

/** The block with every formula in dollars and every other dollar escaped; null when there is no formula. */
export function toMath(text) {
  let found = false;
  const dollars = (part) =>
    part.replace(DOLLARS, (whole, inner) => {
      if (whole === "\\$") return whole;
      if (whole === "$" || inner === "") return whole.replaceAll("$", "\\$");
      found = true;
      return whole;
    });
  const brackets = (part) => {
    let out = "";
    let from = 0;
    for (const match of part.matchAll(BRACKETS)) {
      found = true;
      const inner = (match[1] ?? match[2]).trim().replaceAll("$", "\\$");
      // Display math on lines of its own; inside of a sentence or a list one line is safer.
      const alone = match[2] !== undefined && /(^|\n)[ \t]*$/.test(part.slice(0, match.index));
      const indent = /[ \t]*$/.exec(part.slice(0, match.index))[0];
      out += dollars(part.slice(from, match.index));
      out += alone ? `$$\n${indent}${inner.replaceAll("\n", `\n${indent}`)}\n${indent}$$` : `$${inner.replaceAll("\n", " ")}$`;
      from = match.index + match[0].length;
    }
    return out + dollars(part.slice(from));
  };
  const result = outsideCode(text, brackets);
  return found ? result : null;
}
