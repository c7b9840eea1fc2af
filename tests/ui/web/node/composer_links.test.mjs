// The same cases as tests/features/knowledge/answering/test_links.py: both find the same addresses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST, linksIn, shortLink } from "../../../../localmind_app/ui/web/composer_links.js";

const CASES = [
  ["Read https://sea.example/tides, please.", ["https://sea.example/tides"]],
  ["(see http://sea.example/a_(b))", ["http://sea.example/a_(b)"]],
  ["[Tides](https://sea.example/t) and <https://moon.example/>", ["https://sea.example/t", "https://moon.example/"]],
  ["HTTPS://Sea.Example/?q=1&r=2#top!", ["HTTPS://Sea.Example/?q=1&r=2#top"]],
  ["https://a.example twice: https://a.example.", ["https://a.example"]],
  ["»https://sea.example/flut« und “https://sea.example/ebbe”", ["https://sea.example/flut", "https://sea.example/ebbe"]],
  ["ftp://sea.example www.sea.example https:// http://", []],
  ["`https://code.example/x`", ["https://code.example/x"]],
  [`https://sea.example/${"x".repeat(2000)}`, []],
];

test("addresses in a message", () => {
  CASES.forEach(([text, links]) => assert.deepEqual(linksIn(text), links, text));
  const many = Array.from({ length: 20 }, (_, n) => `https://s${n}.example`).join(" ");
  assert.equal(linksIn(many).length, MOST);
});

test("how an address is shown", () => {
  assert.equal(shortLink("https://www.sea.example/"), "sea.example");
  assert.equal(shortLink("http://sea.example/tides?x=1"), "sea.example/tides?x=1");
});
