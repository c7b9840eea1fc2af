import assert from "node:assert/strict";
import test from "node:test";
import { documentAddress, readAddress, writeAddress } from "../../../../localmind_app/ui/web/source_address.js";

test("a passage, a quote in it, and a document are read as they were written", () => {
  assert.deepEqual(readAddress(writeAddress(42, null)), { chunk: 42, quote: null, document: null });
  assert.deepEqual(readAddress(writeAddress(42, [3, 90])), { chunk: 42, quote: [3, 90], document: null });
  const id = "01hzy3v7k2m9q4r8t6w0x5c1ab";
  assert.deepEqual(readAddress(documentAddress(id)), { chunk: null, quote: null, document: id });
});

test("anything else is no address", () => {
  for (const text of ["", null, undefined, "x", "1.2", "1.2-", "-1", "document.", "document.a/b", "document.a?b", `document.${"a".repeat(41)}`]) assert.equal(readAddress(text), null);
});
