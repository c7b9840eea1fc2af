import assert from "node:assert/strict";
import test from "node:test";
import { following, moveAmongTabs } from "../../../../localmind_app/ui/web/tab_keys.js";

test("arrows go round, Home and End to the ends", () => {
  assert.deepEqual(["ArrowRight", "ArrowLeft", "Home", "End"].map((key) => following(key, 0, 3)), [1, 2, 0, 2]);
  assert.deepEqual(["ArrowRight", "ArrowLeft", "Home", "End"].map((key) => following(key, 2, 3)), [0, 1, 0, 2]);
});

test("other keys are not of the row", () => {
  for (const key of ["Enter", " ", "a", "ArrowUp", "ArrowDown", "Tab", "constructor"]) assert.equal(following(key, 1, 3), undefined);
});

/** A row of three tabs that notes where the focus went, and a key press on one of them. */
function pressed(key, at, held = {}) {
  const seen = { focus: null, prevented: false };
  const tabs = [0, 1, 2].map((number) => ({ focus: () => (seen.focus = number) }));
  const row = { querySelectorAll: () => tabs };
  moveAmongTabs({ key, target: tabs[at] ?? {}, currentTarget: row, preventDefault: () => (seen.prevented = true), ...held });
  return seen;
}

test("the focus has moved when the handler returns", () => {
  assert.deepEqual(pressed("ArrowRight", 0), { focus: 1, prevented: true });
  assert.deepEqual(pressed("ArrowLeft", 0), { focus: 2, prevented: true });
});

test("what is meant for others is left to them", () => {
  for (const seen of [pressed("Enter", 0), pressed("ArrowRight", -1), pressed("ArrowRight", 0, { altKey: true })]) {
    assert.deepEqual(seen, { focus: null, prevented: false });
  }
});
