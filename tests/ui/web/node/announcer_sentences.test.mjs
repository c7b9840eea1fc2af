import assert from "node:assert/strict";
import { test } from "node:test";
import { nextSentences, sentencesEnd } from "../../../../localmind_app/ui/web/announcer_sentences.js";
import { BlockSplitter } from "../../../../localmind_app/ui/web/markdown_blocks.js";

const START = { block: 0, offset: 0 };
const name = (lang) => `Code, ${lang}.`;

test("a sentence ends with a mark and a space", () => {
  const upTo = (text) => text.slice(0, sentencesEnd(text));
  assert.equal(upTo("One. Two! Thr"), "One. Two!");
  assert.equal(upTo("Version 3.5 is e.g. fine"), "");
  assert.equal(upTo("1. First"), "");
  assert.equal(upTo("これは文です。次"), "これは文です。");
});

test("every sentence is said once, code is only named", () => {
  const text = "Hello **there**. How are\n\nyou?\n\n```js\nlet a;\n```\nDone now. And th";
  const splitter = new BlockSplitter();
  let cursor = START;
  const said = [];
  for (const char of text) {
    splitter.push(char);
    const next = nextSentences(splitter.blocks(), cursor, name);
    cursor = next.cursor;
    if (next.text) said.push(next.text);
  }
  said.push(nextSentences(splitter.blocks(), cursor, name, true).text);
  assert.equal(said.join(" "), "Hello there. How are you? Code, js. Done now. And th");
});
