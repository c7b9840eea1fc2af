import assert from "node:assert/strict";
import { test } from "node:test";
import { applyMessage, applyOlder, applyPatch, applySnapshot, siblingOf, streamingOf } from "../../../../localmind_app/ui/web/thread_messages.js";
import { sticksAfter } from "../../../../localmind_app/ui/web/thread_sticking.js";

const say = (id, parent, more = {}) => ({ id, parent, role: id[0] === "u" ? "user" : "assistant", text: id, status: "complete", siblings: [id], ...more });
const page = (messages, more = false) => ({ chat: { title: "T", seq: 1 }, messages, more });
const ids = (state) => state.messages.map((message) => message.id).join(" ");
const start = (...messages) => ({ messages, more: false, stage: null });

test("a snapshot keeps equal messages as they are and older pages that lead to it", () => {
  const first = applySnapshot(start(), page([say("u1"), say("a1", "u1"), say("u2", "a1")], true));
  const older = applyOlder(first, page([say("u0")]));
  const again = applySnapshot(older, page([say("u1"), { ...say("a1", "u1"), text: "new" }]));
  assert.equal(ids(again), "u0 u1 a1");
  assert.equal(again.messages[1], first.messages[0]);
  assert.notEqual(again.messages[2], first.messages[1]);
  assert.equal(ids(applySnapshot(older, page([say("x1")]))), "x1");
});

test("an older page never repeats a message", () => {
  const state = applyOlder(start(say("u1")), page([say("u0"), say("u1")], true));
  assert.equal(ids(state), "u0 u1");
  assert.equal(applyOlder(state, page([say("u0")], true)).more, false);
});

test("a new message stands behind its parent; waiting messages stay behind it", () => {
  let state = start(say("u1"), say("a1", "u1"));
  state = applyMessage(state, say("u2", "a1", { status: "queued" }));
  state = applyMessage(state, say("u3", "a1", { status: "queued" }));
  assert.equal(ids(state), "u1 a1 u2 u3");
  state = applyMessage(state, say("u2", "a1"));
  state = applyMessage(state, say("a2", "u2", { status: "streaming" }));
  assert.equal(ids(state), "u1 a1 u2 a2 u3");
  assert.equal(streamingOf(state.messages).id, "a2");
  assert.equal(ids(applyMessage(state, say("b1", "u1"))), "u1 b1 u3");
});

test("a patch keeps the streamed text and ends the stage", () => {
  const state = { ...start(say("a1", null, { text: "", status: "streaming" })), stage: { stage: "prompt" } };
  const next = applyPatch(state, { id: "a1", status: "complete" }, "all of it");
  assert.equal(next.messages[0].text, "all of it");
  assert.equal(next.stage, null);
  assert.equal(applyPatch(state, { id: "other" }, "x"), state);
});

test("siblings are walked in order", () => {
  const message = say("a2", "u1", { siblings: ["a1", "a2", "a3"] });
  assert.deepEqual([siblingOf(message, -1), siblingOf(message, 1), siblingOf({ ...message, id: "a3" }, 1)], ["a1", "a3", null]);
});

test("scrolling up releases, coming near the end catches", () => {
  assert.equal(sticksAfter({ sticks: true, moved: -10, distance: 10 }), false);
  assert.equal(sticksAfter({ sticks: false, moved: 10, distance: 79 }), true);
  assert.equal(sticksAfter({ sticks: false, moved: 10, distance: 81 }), false);
  assert.equal(sticksAfter({ sticks: false, moved: -1, distance: 0 }), true);
});
