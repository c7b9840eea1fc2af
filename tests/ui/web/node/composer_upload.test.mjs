import assert from "node:assert/strict";
import { test } from "node:test";
import { createFileList } from "../../../../localmind_app/ui/web/composer_file_list.js";
import { PIECE, uploadFile } from "../../../../localmind_app/ui/web/composer_upload.js";

const later = () => Promise.resolve();
const failure = (status, again = false) => Object.assign(new Error(String(status)), { status, again });

/** A server with one upload; `faults` are thrown by the next requests, null lets one through. */
function serverOf(size, faults = []) {
  const asked = [];
  let offset = 0;
  let begun = 0;
  const request = async (method, url, { headers, body } = {}) => {
    asked.push(`${method} ${url.split("/").at(-1)}${headers ? ` ${headers["Upload-Offset"]}` : ""}`);
    const fault = faults.shift();
    if (fault) {
      if (fault.status === 404) offset = 0;
      throw fault;
    }
    if (method === "POST") begun += 1;
    if (method === "PATCH") offset += body.size;
    return { id: `u${begun}`, offset, size, file: offset === size ? { id: "f", name: "a.txt", size } : null };
  };
  return { request, asked };
}

const blob = (size) => Object.assign(new Blob([new Uint8Array(size)]), { name: "a.txt" });
const upload = (size, faults, signal = new AbortController().signal) => {
  const server = serverOf(size, faults);
  const progress = [];
  const done = uploadFile({ file: blob(size), request: server.request, wait: later, signal, onBegun: () => {}, onProgress: (at) => progress.push(at) });
  return { done, progress, asked: server.asked };
};

test("a file goes in pieces, each where the last one ended", async () => {
  const { done, asked, progress } = upload(PIECE + 5);
  assert.equal((await done).id, "f");
  assert.deepEqual(asked, ["POST uploads", "PATCH u1 0", `PATCH u1 ${PIECE}`]);
  assert.equal(progress.at(-1), PIECE + 5);
});

test("after a break it asks how far it is", async () => {
  const { done, asked } = upload(5, [null, failure(0, true), failure(503, true)]);
  await done;
  assert.deepEqual(asked, ["POST uploads", "PATCH u1 0", "GET u1", "GET u1", "PATCH u1 0"]);
});

test("an upload that expired is begun again", async () => {
  const { done, asked } = upload(5, [null, failure(0, true), failure(404)]);
  await done;
  assert.deepEqual(asked, ["POST uploads", "PATCH u1 0", "GET u1", "POST uploads", "PATCH u2 0"]);
});

test("what the server refuses is not tried again, and patience ends", async () => {
  const refused = upload(5, [failure(413)]);
  await assert.rejects(refused.done, /413/);
  assert.equal(refused.asked.length, 1);
  const never = upload(5, Array(50).fill(failure(0, true)));
  await assert.rejects(never.done, /0/);
  assert.equal(never.asked.length, 8);
});

test("three at a time, and a removed one is forgotten on the server", async () => {
  const open = [];
  const request = (method, url) => (method === "DELETE" ? Promise.resolve({}) : new Promise((resolve) => open.push({ method, url, resolve })));
  const gone = [];
  const list = createFileList({ request: (method, url, rest) => (method === "DELETE" && gone.push(url), request(method, url, rest)), pause: later });
  assert.equal(list.add([1, 2, 3, 4, 5].map(() => blob(5))), 0);
  assert.deepEqual(list.get().map((item) => item.state), ["sending", "sending", "sending", "waiting", "waiting"]);
  open[0].resolve({ id: "u1", offset: 0, size: 5, file: null });
  await new Promise((resolve) => setTimeout(resolve, 5));
  list.remove(list.get()[0].key);
  assert.deepEqual(gone, ["/api/files/uploads/u1"]);
  assert.deepEqual(list.get().map((item) => item.state), ["sending", "sending", "sending", "waiting"]);
  assert.equal(list.add(Array.from({ length: 30 }, () => blob(1))), 14);
});
