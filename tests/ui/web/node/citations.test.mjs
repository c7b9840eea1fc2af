import assert from "node:assert/strict";
import { test } from "node:test";
import { placesOf, rehypeCitations } from "../../../../localmind_app/ui/web/citation_tree.js";
import { blockStarts, findMarkers, marksByBlock, sourceList } from "../../../../localmind_app/ui/web/citations.js";
import { splitBlocks } from "../../../../localmind_app/ui/web/markdown_blocks.js";

const known = new Set([1, 2, 3, 12]);
const numbers = (text) => findMarkers(text, known).map(({ start, end, cited }) => [text.slice(start, end), ...cited.map((one) => one.n)]);

test("markers of known passages, in every way they are written", () => {
  assert.deepEqual(numbers("a [1] b [2, 3] c【12†source】d [1-3]."), [["[1]", 1], ["[2, 3]", 2, 3], ["【12†source】", 12], ["[1-3]", 1, 2, 3]]);
  assert.deepEqual(numbers("[9] [1](http://a) [1]: b \\[1] [x] [1, 9]"), []);
});

test("every character of a text node has its place in the source", () => {
  const source = "> One \\[1] &amp; two\n> three &lt;four";
  const value = "One [1] & two\nthree <four";
  const places = placesOf(value, source, 2, source.length);
  const of = (piece) => places[value.indexOf(piece)];
  assert.equal(source.slice(of("[1]"), of("[1]") + 3), "[1]");
  assert.equal(of("& two"), source.indexOf("&amp;"));
  assert.equal(of("two"), source.indexOf("two"));
  assert.equal(of("three"), source.indexOf("three"));
  assert.equal(of("<four"), source.indexOf("&lt;"));
  assert.equal(of("four"), source.indexOf("four"));
  assert.equal(places.at(-1), source.length);
});

test("marks come to the block they stand in, with places of their own", () => {
  const text = "First [1].\n\n```\nx = a[1]\n```\n\nSecond [2]. Third.";
  const at = (piece) => ({ start: text.indexOf(piece), end: text.indexOf(piece) + piece.length });
  const sources = {
    passages: [{ n: 1 }, { n: 2 }],
    markers: [{ ...at("[1]"), cited: [{ n: 1, quote: [0, 3] }] }, { ...at("[2]"), cited: [{ n: 2, quote: null }] }],
    support: [{ ...at("Third."), supported: false }, { ...at("First [1]."), supported: true }],
  };
  const blocks = splitBlocks(text);
  assert.deepEqual(blockStarts(text, blocks), [0, text.indexOf("x ="), text.indexOf("Second")]);
  const found = marksByBlock(sources, text, blocks);
  assert.deepEqual(found[0].marks, [{ start: 6, end: 9, kind: "cite", cited: [{ n: 1, quote: [0, 3] }] }]);
  assert.deepEqual(found[1].marks, []);
  assert.deepEqual(found[2].marks.map((mark) => [mark.kind, blocks[2].text.slice(mark.start, mark.end)]), [["cite", "[2]"], ["doubt", "Third."]]);
  assert.equal(marksByBlock(null, text, blocks), null);
});

test("a doubt says what is wrong and who found it", () => {
  const support = [
    { start: 0, end: 3, supported: false, lacks: ["number", "name"], score: 0.2 },
    { start: 4, end: 7, supported: false, lacks: [], verdict: "contradicted", by: "Big" },
    { start: 8, end: 11, supported: false, lacks: [], verdict: "not stated", by: "Big" },
    { start: 12, end: 15, supported: true, lacks: [], verdict: "supported", by: "Big" },
    { start: 16, end: 19, supported: false },
  ];
  const answer = "One two six ten old";
  const [{ marks }] = marksByBlock({ passages: [{ n: 1 }], markers: [], support }, answer, [{ text: answer }]);
  assert.deepEqual(marks.map(({ start, why, by }) => [start, why, by]), [[0, "number", ""], [4, "contradicted", "Big"], [8, "", "Big"], [16, "", ""]]);
});

const text = (value, start) => ({ type: "text", value, position: { start: { offset: start }, end: { offset: start + value.length } } });
const box = (tagName, ...children) => ({ type: "element", tagName, properties: {}, children });
const drawn = (node) => (node.type === "text" ? node.value : `<${node.tagName}${node.data?.cited ? ` ${node.data.cited.map((one) => one.n)}` : ""}>${node.children.map(drawn).join("")}</>`);

test("a chip stands in place of its marker, and doubt goes round a sentence over several nodes", () => {
  const source = "Sure **thing** said [1]. Next [7].";
  const proof = {
    known,
    marks: [
      { start: 0, end: 24, kind: "doubt", why: "number", by: "" },
      { start: 20, end: 23, kind: "cite", cited: [{ n: 1, quote: null }] },
      { start: 30, end: 33, kind: "drop" },
    ],
  };
  const tree = { type: "root", children: [box("p", text("Sure ", 0), box("strong", text("thing", 7)), text(" said [1]. Next [7].", 14))] };
  rehypeCitations({ source, proof })(tree);
  assert.equal(
    tree.children.map(drawn).join(""),
    "<p><lm-doubt>Sure </><strong><lm-doubt>thing</></><lm-doubt> said </><lm-cite 1></><lm-doubt>.</><lm-doubt-sign></> Next .</>",
  );
});

test("while it is written, the numbers are looked for, but not in code", () => {
  const tree = { type: "root", children: [box("p", text("So [2] and ", 0), box("code", text("a[1]", 12)))] };
  rehypeCitations({ source: "So [2] and `a[1]`", proof: { known, marks: null } })(tree);
  assert.equal(tree.children.map(drawn).join(""), "<p>So <lm-cite 2></> and <code>a[1]</></>");
});

test("a copied answer carries the list of what it names", () => {
  const t = (sentence, params) => sentence.replace("{n}", params?.n);
  const passages = [{ n: 1, name: "a.pdf", page: 2, heading: "Methods", cited: true }, { n: 2, name: "b.md", page: null, heading: "", cited: true }, { n: 3, name: "c", cited: false }];
  assert.equal(sourceList({ passages }, t), "\n\nSources:\n[1] a.pdf, page 3, Methods\n[2] b.md");
  assert.equal(sourceList(null, t), "");
});
