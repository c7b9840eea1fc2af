import assert from "node:assert/strict";
import { test } from "node:test";
import { ROWS, createDocuments, query } from "../../../../localmind_app/ui/web/documents_store.js";
import { createUploads } from "../../../../localmind_app/ui/web/documents_upload.js";
import { chosen, commonFolder, dropped, isIgnored } from "../../../../localmind_app/ui/web/documents_walk.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));
const until = async (check) => {
  for (let turns = 0; !check(); turns += 1) {
    assert.ok(turns < 1000, "it never came to that");
    await settled();
  }
};
const refused = (status, more = {}) => Object.assign(new Error(String(status)), { status, again: status === 0, ...more });

/** A collection of documents d1 … dn, newest first, as the API lists them; and a clock that is wound by hand. */
function world(states) {
  const rows = states.map((state, at) => ({ id: `d${at + 1}`, name: `${at + 1}.md`, state })).reverse();
  const asked = [];
  const clock = [];
  const faults = [];
  const trash = [];
  const request = async (method, url) => {
    asked.push(`${method} ${url}`);
    await settled();
    const fault = faults.shift();
    if (fault) throw fault;
    if (method === "DELETE") trash.push(...rows.splice(rows.findIndex((row) => url.endsWith(row.id)), 1));
    if (url.endsWith("/restore")) rows.unshift(...trash.splice(trash.findIndex((row) => url.includes(row.id)), 1));
    if (method !== "GET") return {};
    const parts = new URL(url, "http://x").searchParams;
    const wanted = parts.get("state")?.split(",");
    const found = rows.filter((row) => (!wanted || wanted.includes(row.state)) && row.name.includes(parts.get("name") ?? ""));
    const from = parts.has("after") ? found.findIndex((row) => row.id === parts.get("after")) + 1 : 0;
    const some = found.slice(from, from + ROWS);
    const counts = {};
    rows.forEach((row) => (counts[row.state] = (counts[row.state] ?? 0) + 1));
    return { documents: some, next: from + ROWS < found.length ? some.at(-1).id : null, collection: { states: counts, paused: false } };
  };
  const later = (work, ms) => clock.push({ work, ms }) && clock.at(-1);
  const stop = (one) => clock.includes(one) && clock.splice(clock.indexOf(one), 1);
  const store = createDocuments({ id: "c", request, later, stop });
  return { store, asked, clock, faults, rows };
}

test("a page of rows is read, and again soon while something is worked on", async () => {
  const { store, clock, rows } = world(["ready", "parsing"]);
  store.start();
  await until(() => store.get().rows);
  assert.deepEqual(store.get().counts, { ready: 1, parsing: 1 });
  assert.deepEqual(clock.map(({ ms }) => ms), [1000]);
  rows[0].state = "ready";
  clock.shift().work();
  await until(() => store.get().counts.ready === 2);
  await until(() => clock.length === 1);
  assert.equal(clock[0].ms, 6000);
  store.close();
  assert.deepEqual(clock, []);
});

test("a thousand documents are turned page by page, and a filter begins at its first", async () => {
  const { store, asked } = world(Array(120).fill("ready").concat("failed"));
  store.start();
  await until(() => store.get().rows);
  await store.forward();
  await store.forward();
  assert.deepEqual([store.get().rows.length, store.get().next, store.get().filter.after.length], [21, null, 2]);
  await store.back();
  assert.equal(store.get().filter.after.length, 1);
  await store.turn({ state: "failed" });
  assert.deepEqual([store.get().rows.map((row) => row.id), store.get().filter.after], [["d121"], []]);
  assert.ok(asked.at(-1).endsWith(`limit=${ROWS}&state=failed`));
  assert.equal(query({ state: "working", name: "a b", after: [] }), `limit=${ROWS}&state=queued%2Cparsing%2Cembedding%2Cstoring&name=a+b`);
});

test("a removal is out of sight at once, and can be taken back, also while it is on its way", async () => {
  const { store, asked, rows } = world(["ready", "ready"]);
  store.start();
  await until(() => store.get().rows?.length === 2);
  store.remove(store.get().rows[0], assert.fail);
  assert.deepEqual([store.get().rows.length, store.get().counts], [1, { ready: 1 }]);
  const back = store.restore("d2"); // the server was not even asked yet
  await back;
  await until(() => store.get().rows.length === 2);
  const own = asked.filter((one) => !one.startsWith("GET"));
  assert.deepEqual(own, ["DELETE /api/knowledge/documents/d2", "POST /api/knowledge/documents/d2/restore"]);
  store.remove(store.get().rows[0], assert.fail);
  await until(() => rows.length === 1);
  await until(() => store.get().counts.ready === 1);
  await store.restore("d2");
  await until(() => store.get().counts.ready === 2);
});

test("what is gone for good does not come back, and the reason is told", async () => {
  const { store, faults, rows } = world(["ready", "ready"]);
  store.start();
  await until(() => store.get().rows);
  store.remove(store.get().rows[0], assert.fail);
  await until(() => rows.length === 1);
  await settled();
  await store.load(); // the look that follows the removal has its answer too
  faults.push(refused(404, { template: "no" }));
  await assert.rejects(store.restore("d2"), (error) => error.template === "no");
});

test("a removal that is refused brings the row back and says why", async () => {
  const { store, faults } = world(["ready"]);
  store.start();
  await until(() => store.get().rows);
  let why = null;
  faults.push(refused(409, { template: "no" }));
  store.remove(store.get().rows[0], (error) => (why = error));
  await until(() => why && store.get().rows.length === 1);
  assert.equal(why.template, "no");
});

test("no answer is said and asked again; a collection that is gone is not", async () => {
  const { store, clock, faults } = world(["ready"]);
  faults.push(refused(0));
  store.start();
  await until(() => store.get().away);
  await until(() => clock.length === 1);
  assert.equal(clock[0].ms, 1000);
  faults.push(refused(404));
  clock.shift().work();
  await until(() => store.get().missing);
  await settled();
  assert.deepEqual(clock, []);
});

/** Uploads to a server; `faults` by name of file are thrown once each. */
function uploading(faults = {}, { slow = false } = {}) {
  const added = [];
  let gate = null;
  const request = async (method, url, { headers, signal } = {}) => {
    await settled();
    if (slow) await new Promise((resolve) => ((gate = resolve), signal.addEventListener("abort", resolve)));
    const name = decodeURIComponent(headers["X-File-Name"]);
    const fault = faults[name]?.shift();
    if (fault) throw fault;
    if (signal.aborted) throw refused(0);
    return { id: `id of ${name}` };
  };
  const register = async (files) => void added.push(files);
  const uploads = createUploads({ request, register, pause: settled });
  return { uploads, added, open: () => gate?.() };
}

const files = (...names) => names.map((name) => ({ file: Object.assign(new Blob(["x"]), { name: name.split("/").at(-1) }), name }));

test("a thousand files are sent and added in batches, under their paths", async () => {
  const { uploads, added } = uploading();
  const names = Array.from({ length: 1000 }, (_, at) => `folder/${at}.md`);
  uploads.add(files(...names));
  await until(() => !uploads.get().active);
  assert.deepEqual(added.flat().map((one) => one.name).sort(), names.sort());
  assert.ok(added.every((batch) => batch.length <= 25));
  assert.deepEqual([uploads.get().done, uploads.get().failed], [1000, []]);
  assert.equal(added.flat()[0].id, `id of ${added.flat()[0].name.split("/")[1]}`);
});

test("what was refused is named and can be sent again; a break is waited for", async () => {
  const { uploads, added } = uploading({ "a.md": [refused(413, { template: "too large" })], "b.md": [refused(0), refused(0)] });
  uploads.add(files("a.md", "b.md"));
  await until(() => !uploads.get().active);
  assert.deepEqual(uploads.get().failed.map(({ name, error }) => [name, error.template]), [["a.md", "too large"]]);
  assert.deepEqual(added.flat().map((one) => one.name), ["b.md"]);
  uploads.retry();
  await until(() => added.flat().length === 2);
  assert.deepEqual(uploads.get().failed, []);
});

test("stopping sends and adds nothing more", async () => {
  const { uploads, added } = uploading({}, { slow: true });
  uploads.add(files("a.md", "b.md", "c.md", "d.md", "e.md", "f.md"));
  await settled();
  uploads.cancel();
  await until(() => !uploads.get().active);
  await settled();
  assert.deepEqual([added, uploads.get().all], [[], 0]);
});

test("hidden files and folders of tools are left out of a folder, and counted", async () => {
  assert.deepEqual(["a/b.md", "a/.git/x", ".env", "a/node_modules/b.js"].map(isIgnored), [false, true, true, true]);
  const picked = [".git/x", "a.md"].map((path) => ({ name: path, webkitRelativePath: `top/${path}` }));
  assert.deepEqual(chosen([...picked, { name: ".env", webkitRelativePath: "" }]), {
    entries: [{ file: picked[1], name: "top/a.md" }, { file: { name: ".env", webkitRelativePath: "" }, name: ".env" }],
    skipped: 1,
  });
});

test("a dropped folder is walked to its end, however many files it has", async () => {
  const file = (path) => ({ isFile: true, fullPath: path, file: (done) => done({ name: path.split("/").at(-1) }) });
  const inside = Array.from({ length: 250 }, (_, at) => file(`/top/${at}.md`));
  const reader = () => {
    const left = [...inside, file("/top/.DS_Store")];
    return { readEntries: (done) => done(left.splice(0, 100)) }; // as browsers do
  };
  const top = { isFile: false, isDirectory: true, fullPath: "/top", createReader: reader };
  const items = [{ kind: "file", webkitGetAsEntry: () => top, getAsFile: () => null }, { kind: "string" }];
  const found = await dropped({ items });
  assert.deepEqual([found.entries.length, found.skipped, found.entries[0].name], [250, 1, "top/0.md"]);
});

test("a new collection is named after the one folder its files come from", () => {
  const of = (...names) => commonFolder(names.map((name) => ({ name })));
  assert.deepEqual([of("a/1.md", "a/b/2.md"), of("a/1.md", "b/2.md"), of("1.md"), of("a/1.md", "2.md")], ["a", null, null, null]);
});
