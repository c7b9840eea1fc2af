import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff, createSseParser, followChat, readEvent } from "../../../../localmind_app/ui/web/chat_stream.js";

const WIRE = ': hi\r\n\r\nid:1\ndata:"a"\n\nid: 2\nevent: message\ndata: {"id":\ndata: "m"}\n\n\n\nevent:stage\ndata:{}\n\ndata:"lost"\n';

test("the parser gives the same events however the bytes are cut", () => {
  const whole = createSseParser()(WIRE);
  assert.deepEqual(whole.map(readEvent), [
    { seq: 1, kind: "text", data: "a" },
    { seq: 2, kind: "message", data: { id: "m" } },
    { seq: null, kind: "stage", data: {} },
  ]);
  for (let size = 1; size < WIRE.length; size++) {
    const parse = createSseParser();
    const found = [];
    for (let at = 0; at < WIRE.length; at += size) found.push(...parse(WIRE.slice(at, at + size)));
    assert.deepEqual(found, whole);
  }
});

test("an event named message is not a piece of text", () => {
  const [named, unnamed] = createSseParser()('event:message\ndata:{}\n\ndata:"x"\n\n');
  assert.equal(readEvent(named).kind, "message");
  assert.equal(readEvent(unnamed).kind, "text");
});

test("back-off grows from 0.3 s to 5 s", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 20].map(backoff), [300, 600, 1200, 2400, 4800, 5000, 5000]);
});

/** A fetch that answers from a script of responses and remembers what was asked. */
function scripted(answers) {
  const asked = [];
  const fetch = async (url, { signal }) => {
    asked.push(url.replace("/api/chats/c", ""));
    const answer = answers.shift();
    if (!answer) return new Promise((_, fail) => signal.addEventListener("abort", () => fail(Object.assign(new Error("aborted"), { name: "AbortError" }))));
    if (answer instanceof Error) throw answer;
    return typeof answer === "number" ? new Response("", { status: answer }) : new Response(typeof answer === "string" ? answer : JSON.stringify(answer));
  };
  return { fetch, asked };
}
const snapshot = (seq) => ({ chat: { seq }, messages: [], more: false });
const until = async (ready) => {
  for (let n = 0; n < 400 && !ready(); n++) await new Promise((done) => setTimeout(done, 5));
  assert.ok(ready());
};

test("a dropped stream is resumed after the last number, and repeated numbers are ignored", async () => {
  const { fetch, asked } = scripted([snapshot(3), 'id:3\ndata:"old"\n\nid:4\ndata:"a"\n\nid:5\ndata:"b"\n\n', 'id:5\ndata:"b"\n\nid:6\ndata:"c"\n\n']);
  const heard = [];
  const chat = followChat({ chat: "c", fetch, onSnapshot() {}, onConnection() {}, onEvent: ({ data }) => void heard.push(data) });
  await until(() => asked.length === 4);
  chat.close();
  assert.deepEqual(heard, ["a", "b", "c"]);
  assert.deepEqual(asked, ["/messages?limit=50", "/events?after=3", "/events?after=5", "/events?after=6"]);
});

test("a changed path fetches a new snapshot and follows its number", async () => {
  const { fetch, asked } = scripted([snapshot(3), 'id:4\nevent:path\ndata:{}\n\nid:5\ndata:"skipped"\n\n', snapshot(9)]);
  const heard = [];
  const chat = followChat({ chat: "c", fetch, onSnapshot() {}, onConnection() {}, onEvent: ({ kind }) => (heard.push(kind), kind === "path" ? "refetch" : undefined) });
  await until(() => asked.length === 4);
  chat.close();
  assert.deepEqual(heard, ["path"]);
  assert.deepEqual(asked.slice(2), ["/messages?limit=50", "/events?after=9"]);
});

test("a missing chat and a lost session end the following; anything else is tried again", async () => {
  for (const [status, word] of [[404, "gone"], [401, "signed-out"]]) {
    const { fetch } = scripted([status]);
    const states = [];
    await followChat({ chat: "c", fetch, onSnapshot() {}, onEvent() {}, onConnection: (state) => states.push(state) }).done;
    assert.deepEqual(states, [word]);
  }
  const { fetch, asked } = scripted([new TypeError("network"), 503, snapshot(1)]);
  const states = [];
  const chat = followChat({ chat: "c", fetch, onSnapshot() {}, onEvent() {}, onConnection: (state) => states.push(state) });
  await until(() => asked.length === 4);
  chat.close();
  assert.deepEqual(states, ["retrying"]);
});
