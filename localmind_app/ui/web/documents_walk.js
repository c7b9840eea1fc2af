// The files of a drop or of a chosen folder, with their paths. Hidden files and folders of tools are left out, as they are
// when a folder is followed. Pure, so that Node can test it.

const IGNORED = new Set(["node_modules", "__pycache__", "Thumbs.db", "desktop.ini"]);

/** Whether a path has a part nobody wants to search. */
export const isIgnored = (path) => path.split("/").some((part) => part.startsWith(".") || IGNORED.has(part));

const filed = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
const listed = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

async function walk(entry, found) {
  const path = entry.fullPath.replace(/^\//, "");
  if (isIgnored(path)) found.skipped += 1;
  else if (entry.isFile) found.entries.push({ file: await filed(entry), name: path });
  else {
    const reader = entry.createReader();
    for (let some = await listed(reader); some.length; some = await listed(reader)) {
      for (const inside of some) await walk(inside, found); // a browser gives a hundred at a time
    }
  }
}

/** {entries: [{file, name}], skipped} of a DataTransfer. Must be called while the drop is handled. */
export async function dropped(transfer) {
  // The list is only there during the event: everything is taken from it before the first wait.
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const taken = items.map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  const found = { entries: [], skipped: 0 };
  for (const { entry, file } of taken) {
    if (entry?.isDirectory) await walk(entry, found);
    else if (file) found.entries.push({ file, name: file.name });
  }
  return found;
}

/** The same of what was chosen; files of a folder know their path in it. */
export function chosen(files) {
  const entries = [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  const wanted = entries.filter(({ file, name }) => !file.webkitRelativePath || !isIgnored(name));
  return { entries: wanted, skipped: entries.length - wanted.length };
}

/** The folder all entries are in, null where they are in none or in several. */
export function commonFolder(entries) {
  const tops = new Set(entries.map(({ name }) => (name.includes("/") ? name.split("/")[0] : "")));
  return tops.size === 1 ? [...tops][0] || null : null;
}
