import assert from "node:assert/strict";
import { test } from "node:test";
import { codeChunks } from "../../../../localmind_app/ui/web/code_block_chunks.js";
import { BlockSplitter, splitBlocks } from "../../../../localmind_app/ui/web/markdown_blocks.js";
import { hostOf, imageUrl, safeUrl } from "../../../../localmind_app/ui/web/markdown_links.js";
import { mayHaveMath, toMath } from "../../../../localmind_app/ui/web/markdown_math_syntax.js";
import { plainText } from "../../../../localmind_app/ui/web/markdown_plain.js";
import { parsedLength, repairTail } from "../../../../localmind_app/ui/web/markdown_repair.js";
import { safeDiagram } from "../../../../localmind_app/ui/web/mermaid_source.js";

const TEXT = `# Title

A paragraph
of two lines.

1. one

2. two
   \`\`\`py
   x = 1

   y
   \`\`\`

   more

done
\`\`\`js
let a;

let b;
\`\`\`
~~~~text
\`\`\`
~~~~
$$
a

b
$$

| a | b |
|---|---|
| 1 | 2 |

    indented

    code

> quote
`;

test("blocks of a finished text", () => {
  const kinds = splitBlocks(TEXT).map(({ kind, lang, text }) => [kind, lang ?? "", text.split("\n")[0], text.split("\n").length]);
  assert.deepEqual(kinds, [
    ["text", "", "# Title", 1],
    ["text", "", "A paragraph", 2],
    ["text", "", "1. one", 10],
    ["text", "", "done", 1],
    ["code", "js", "let a;", 3],
    ["code", "text", "```", 1],
    ["text", "", "$$", 5],
    ["text", "", "| a | b |", 3],
    ["text", "", "    indented", 3],
    ["text", "", "> quote", 1],
  ]);
});

test("pieces of any size end in the same blocks, and a finished block never changes again", () => {
  const whole = splitBlocks(TEXT);
  for (const size of [1, 2, 3, 7, 50]) {
    const splitter = new BlockSplitter();
    let before = [];
    for (let at = 0; at < TEXT.length; at += size) {
      splitter.push(TEXT.slice(at, at + size));
      const now = splitter.blocks();
      before.filter((block) => !block.open).forEach((block, index) => block.kind === "code" && assert.equal(now[index].text, block.text));
      before = now;
    }
    assert.deepEqual(splitter.blocks().map((block) => ({ ...block, open: false })), whole);
  }
});

test("an open fence is code at once, and ends with the text", () => {
  const splitter = new BlockSplitter().push("Look:\n```py\nprint(");
  assert.deepEqual(splitter.blocks().at(-1), { kind: "code", lang: "py", text: "print(", open: true });
  assert.deepEqual(new BlockSplitter().push("a\n\n``").blocks().length, 1);
  assert.equal(splitBlocks("```py\nprint(1)").at(-1).text, "print(1)");
});

test("a long list is cut between its items, a short one is not", () => {
  const list = (count) => Array.from({ length: count }, (_, n) => `${n + 1}. ${"word ".repeat(20)}end`).join("\n");
  assert.equal(splitBlocks(list(5)).length, 1);
  const blocks = splitBlocks(list(100));
  assert.ok(blocks.length > 3 && blocks.every((block) => block.text.length < 2200));
  assert.equal(blocks.map((block) => block.text).join("\n"), list(100).trimEnd());
});

test("definitions reach the blocks that use them", () => {
  const [first, second] = splitBlocks("See [the page][1] and [^n].\n\nNothing here.\n\n[1]: https://example.org\n[^n]: A note.");
  assert.equal(first.text, "See [the page][1] and [^n].\n\n[1]: https://example.org\n[^n]: A note.");
  assert.equal(second.text, "Nothing here.");
});

test("splitting is linear: ten times the text, about ten times the work", () => {
  const splitter = new BlockSplitter();
  const started = performance.now();
  for (let n = 0; n < 20_000; n++) splitter.push(n % 7 ? "word " : "end.\n\n");
  assert.ok(performance.now() - started < 2000);
});

test("a half-written block is closed", () => {
  const cases = {
    "some **bo": "some **bo**",
    "some **bold *and": "some **bold *and***",
    "a `co": "a `co`",
    "a ``co`d": "a ``co`d``",
    "~~gone": "~~gone~~",
    "see [the li": "see the li",
    "see [the link](https://exa": "see the link",
    "![pic](htt": "pic",
    "snake_case_name": "snake_case_name",
    "2 * 3 * 4": "2 * 3 * 4",
    "\\*no": "\\*no",
    "Title\n--": "Title",
    "a **": "a",
    "- [ ] do": "- [ ] do",
  };
  for (const [text, shown] of Object.entries(cases)) assert.equal(repairTail(text), shown, text);
});

test("a long open block is parsed in growing steps", () => {
  assert.equal(parsedLength(3999, 3900), 3999);
  assert.equal(parsedLength(4400, 4000), 4000);
  assert.equal(parsedLength(4600, 4000), 4600);
  let steps = 0;
  for (let length = 4000, parsed = 0; length < 100_000; length += 5) {
    const next = parsedLength(length, parsed);
    steps += Number(next !== parsed);
    parsed = next;
  }
  assert.ok(steps < 60, `${steps} parses`);
});

test("addresses", () => {
  for (const bad of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://x/1", "//evil.example", "/api/x", "#a", "", "http://", null, undefined]) assert.equal(safeUrl(bad), null, String(bad));
  assert.equal(safeUrl("HTTPS://Example.org"), "https://example.org/");
  assert.equal(hostOf(safeUrl("https://аррӏе.com/")), "xn--80ak6aa92e.com");
  assert.equal(hostOf(safeUrl("mailto:a@b.example?subject=x")), "a@b.example");
  assert.equal(hostOf("https://good.example@evil.example/"), "evil.example");
  assert.equal(imageUrl("mailto:a@b.example"), null);
});

test("math", () => {
  assert.equal(toMath("from $5 to $10"), null);
  assert.equal(toMath("only $5"), null);
  assert.equal(toMath("$x^2$ for $5"), "$x^2$ for \\$5");
  assert.equal(toMath("\\(a\\) and \\[b\\]"), "$a$ and $b$");
  assert.equal(toMath("\\[\na\n\\]"), "$$\na\n$$");
  assert.equal(toMath("`$x$` stays"), null);
  assert.equal(mayHaveMath("plain"), false);
  assert.equal(mayHaveMath("$$x$$"), true);
});

test("plain words", () => {
  assert.equal(plainText(splitBlocks("# **Bold** title\n\n- [a](https://b.example) `c*d*`\n\n> quote\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```js\na*b*c\n```")), "Bold title\n\n- a c*d*\n\nquote\n\nx\ty\n1\t2\n\na*b*c");
});

test("code is cut into runs of whole lines", () => {
  const code = Array.from({ length: 500 }, (_, n) => `line ${n}`).join("\n");
  const chunks = codeChunks(code);
  assert.ok(chunks.length > 2 && chunks.slice(0, -1).every((chunk) => chunk.endsWith("\n")));
  assert.equal(chunks.join(""), code);
  assert.deepEqual(codeChunks(`${code}\nmore`).slice(0, -1), chunks.slice(0, -1));
});

test("diagrams lose their settings and may not load anything", () => {
  assert.equal(safeDiagram('%%{init: {"securityLevel": "loose"}}%%\ngraph TD\nA-->B'), "\ngraph TD\nA-->B");
  assert.equal(safeDiagram("---\nconfig:\n  securityLevel: loose\n---\ngraph TD\nA-->B"), "graph TD\nA-->B");
  assert.equal(safeDiagram('graph TD\nA-->B\nclick A "javascript:alert(1)"'), "graph TD\nA-->B");
  assert.equal(safeDiagram('graph TD\nA-->B\nclick A call go()'), "graph TD\nA-->B");
  for (const bad of ["graph TD\nstyle A fill:url(https://e.example)", 'flowchart\nA@{ img: "https://e.example/x.png" }', "graph TD\nA[<img src=x>]", "x".repeat(20_001), ""]) assert.equal(safeDiagram(bad), null, bad.slice(0, 40));
});
