// Files of a message that is being written: chosen, dropped anywhere on the page, or pasted; each with its progress.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Paperclip, RotateCcw, X } from "lucide-react";
import { useLocale, useT } from "$/localmind/i18n";
import { readFiles, writeFiles } from "./composer_draft.js";
import { createFileList } from "./composer_file_list.js";
import { FileChip } from "./file_chip.jsx";
import { request } from "./composer_request.js";

/** The list of a chat's draft: what was uploaded survives a reload, what was on its way does not. */
export function useFiles(chat) {
  const list = useMemo(() => createFileList({ request, kept: readFiles(chat) }), [chat]);
  const items = useSyncExternalStore(list.subscribe, list.get, list.get);
  useEffect(() => {
    writeFiles(chat, items.filter((item) => item.state === "done").map((item) => item.file));
  }, [chat, items]);
  useEffect(() => list.close, [list]);
  return { items, list };
}

/** Why a message with these files cannot be sent yet; "" when it can. */
export function useFilesReason(items) {
  const t = useT();
  if (items.some((item) => item.state === "failed")) return t("Remove the files that were not uploaded, or try them again.");
  return items.some((item) => item.state !== "done") ? t("Wait until the files are uploaded.") : "";
}

/** Folders come with a drop too; a browser gives them no content. */
const filesOf = (transfer) => [...transfer.items].filter((item) => item.kind === "file" && !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()).filter(Boolean);

/** True while files are held over the page. `onFiles` gets those that are dropped. */
export function useDrop(wanted, onFiles) {
  const [over, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    if (!wanted) return undefined;
    let depth = 0; // every element that is crossed says so
    const holds = (event) => event.dataTransfer?.types?.includes("Files");
    const enter = (event) => holds(event) && ((depth += 1), setOver(true));
    const leave = (event) => holds(event) && (depth = Math.max(0, depth - 1)) === 0 && setOver(false);
    const hold = (event) => holds(event) && event.preventDefault();
    const drop = (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      latest.current(filesOf(event.dataTransfer));
    };
    const all = { dragenter: enter, dragleave: leave, dragover: hold, drop };
    Object.entries(all).forEach(([name, handler]) => window.addEventListener(name, handler));
    return () => Object.entries(all).forEach(([name, handler]) => window.removeEventListener(name, handler));
  }, [wanted]);
  return over;
}

/** The files in a paste; none where text comes with it, because a table brings a picture of itself. */
export const pastedFiles = (event) => (event.clipboardData.types.includes("text/plain") ? [] : [...event.clipboardData.files]);

export function AttachButton({ onFiles }) {
  const t = useT();
  const chosen = useRef(null);
  const take = (event) => {
    onFiles([...event.target.files]);
    event.target.value = ""; // the same file can be chosen again
  };
  return (
    <>
      <button type="button" className="lm-attach" aria-label={t("Attach files")} data-tip={t("Attach files")} onClick={() => chosen.current.click()}>
        <Paperclip aria-hidden="true" size={18} />
      </button>
      <input ref={chosen} type="file" multiple hidden onChange={take} />
    </>
  );
}

export function DropHint() {
  const t = useT();
  return <div className="lm-drop" aria-hidden="true"><span>{t("Drop the files to attach them")}</span></div>;
}

/** The chips above the tools, and what a screen reader hears of them. */
export function ChosenFiles({ items, list, onRemoved }) {
  const t = useT();
  const percent = new Intl.NumberFormat(useLocale(), { style: "percent" });
  const remove = useCallback(
    (key) => {
      list.remove(key);
      onRemoved();
    },
    [list, onRemoved],
  );
  const done = items.filter((item) => item.state === "done").length;
  const said = items.length ? t("{done} of {all} files are attached.", { done, all: items.length }) : "";
  return (
    <>
      <span className="lm-hidden" role="status">{said}</span>
      {items.length > 0 && (
        <ul className="lm-files" aria-label={t("Attached files")}>
          {items.map((item) => (
            <li key={item.key} className="lm-file" data-state={item.state}>
              <FileChip name={item.name} size={item.size}>
                {item.state === "failed" && <span className="lm-file-error">{item.error?.template ? t(item.error.template, item.error.params ?? undefined) : t("The connection was lost.")}</span>}
              </FileChip>
              {["waiting", "sending"].includes(item.state) && (
                <progress max={item.size || 1} value={item.sent} aria-label={t("Upload of {name}", { name: item.name })}>{percent.format(item.size ? item.sent / item.size : 0)}</progress>
              )}
              {item.state === "failed" && (
                <button type="button" className="lm-file-button" aria-label={t("Upload {name} again", { name: item.name })} data-tip={t("Try again")} onClick={() => list.retry(item.key)}>
                  <RotateCcw aria-hidden="true" size={16} />
                </button>
              )}
              <button type="button" className="lm-file-button" aria-label={t("Remove {name}", { name: item.name })} data-tip={t("Remove")} onClick={() => remove(item.key)}>
                <X aria-hidden="true" size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
