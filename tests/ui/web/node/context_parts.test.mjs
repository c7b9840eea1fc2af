import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf, widthsOf } from "../../../../localmind_app/ui/web/context_parts.js";

const GIVEN = {
  system: { text: "x", tokens: 10 },
  memory_tokens: 5,
  passages: [{ tokens: 20 }, { tokens: 5 }],
  messages: [{ tokens: 100, left_out: true }, { tokens: 30, left_out: false }],
  read: 80,
  answer: 20,
};

test("what was left out is not in the bar, and what nobody named is the format", () => {
  assert.deepEqual(partsOf(GIVEN), [
    { kind: "system", tokens: 10 },
    { kind: "memories", tokens: 5 },
    { kind: "passages", tokens: 25 },
    { kind: "messages", tokens: 30 },
    { kind: "format", tokens: 10 },
    { kind: "answer", tokens: 20 },
  ]);
});

test("parts of nothing are left out, and unknown figures are nothing", () => {
  assert.deepEqual(partsOf({ ...GIVEN, system: null, memory_tokens: 0, passages: [], read: null, answer: null }), [{ kind: "messages", tokens: 30 }]);
});

test("widths are parts of the whole context, and never more than all of it", () => {
  assert.equal(widthsOf(partsOf(GIVEN), 1000)[0].percent, 1);
  const over = widthsOf(partsOf(GIVEN), 50).reduce((sum, part) => sum + part.percent, 0);
  assert.ok(Math.abs(over - 100) < 1e-9);
});
