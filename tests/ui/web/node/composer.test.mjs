import assert from "node:assert/strict";
import { test } from "node:test";
import { clearDrafts, readDraft, readFiles, readPending, restAfter, takePending, writeDraft, writeFiles, writePending } from "../../../../localmind_app/ui/web/composer_draft.js";
import { meaningOf } from "../../../../localmind_app/ui/web/composer_keys.js";

function fakeStorage(full = false) {
  const kept = new Map();
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      if (full) throw new Error("full");
      kept.set(key, value);
    },
    removeItem: (key) => kept.delete(key),
  };
}

test("what keys mean", () => {
  const desk = { empty: false, coarse: false, streaming: true };
  assert.equal(meaningOf({ key: "Enter" }, desk), "send");
  assert.equal(meaningOf({ key: "Enter", shiftKey: true }, desk), null);
  assert.equal(meaningOf({ key: "Enter", isComposing: true }, desk), null);
  assert.equal(meaningOf({ key: "Enter", keyCode: 229 }, desk), null);
  assert.equal(meaningOf({ key: "Enter" }, { ...desk, coarse: true }), null);
  assert.equal(meaningOf({ key: "Enter", ctrlKey: true }, { ...desk, coarse: true }), "send");
  assert.equal(meaningOf({ key: "Escape" }, desk), "stop");
  assert.equal(meaningOf({ key: "Escape" }, { ...desk, streaming: false }), null);
  assert.equal(meaningOf({ key: "ArrowUp" }, desk), null);
  assert.equal(meaningOf({ key: "ArrowUp" }, { ...desk, empty: true }), "edit-last");
});

test("drafts are kept per chat and cleared together", () => {
  globalThis.localStorage = fakeStorage();
  localStorage.setItem("localmind.locale", "de");
  writeDraft("a", "one");
  writeDraft("", "two");
  const asked = { collections: [{ id: "k", name: "Papers" }], quote: true, web: true, plain: ["https://a.example"], links: ["https://b.example"] };
  const nothing = { collections: [], quote: false, web: false, plain: [] };
  writePending("a", "id-1", { text: "one" });
  assert.equal(readDraft("a"), "one");
  assert.equal(readDraft(""), "two");
  writePending("c", "id-2", { text: "three", files: ["f1"], asked });
  assert.deepEqual(takePending("id-2"), { id: "id-2", chat: "c", text: "three", files: ["f1"], asked });
  assert.deepEqual(readPending("a"), { id: "id-1", chat: "a", text: "one", files: [], asked: nothing });
  assert.equal(readPending("b"), null);
  assert.deepEqual(takePending("id-1"), { id: "id-1", chat: "a", text: "one", files: [], asked: nothing });
  writeFiles("a", [{ id: "f1", name: "a.txt", size: 5, sha256: "not kept" }]);
  assert.deepEqual(readFiles("a"), [{ id: "f1", name: "a.txt", size: 5 }]);
  assert.deepEqual(readFiles("b"), []);
  assert.equal(takePending("id-1"), null);
  clearDrafts();
  assert.equal(localStorage.length, 1);
});

test("a full or damaged storage never throws", () => {
  globalThis.localStorage = fakeStorage(true);
  writeDraft("a", "one");
  writePending("a", "id", { text: "one" });
  globalThis.localStorage = fakeStorage();
  localStorage.setItem("localmind.pending", "{broken");
  assert.equal(readPending("a"), null);
});

test("what was typed behind a sent message stays", () => {
  assert.equal(restAfter("hello", "hello"), "");
  assert.equal(restAfter("hello\nand more", "hello"), "and more");
  assert.equal(restAfter("changed hello", "hello"), "changed hello");
});
