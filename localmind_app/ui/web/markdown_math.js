// KaTeX in a chunk of its own, loaded with the first formula. Style and fonts are bundled: nothing is fetched elsewhere.
import "katex/dist/katex.min.css";
import rehypeKatex from "rehype-katex";
import remarkMathPlugin from "remark-math";

// Formulas are untrusted: no \href, \includegraphics or \html…, macros may not grow without end, and a size in ems
// may not cover the page.
const KATEX = { trust: false, strict: "ignore", maxExpand: 200, maxSize: 20, errorColor: "var(--danger)", output: "htmlAndMathml" };

export const remarkMath = [remarkMathPlugin, { singleDollarTextMath: true }];
export const rehypeMath = [rehypeKatex, KATEX];
