// The files that went with a message, each a download. They are named also when they were deleted since. While the
// answer waits for them, each says how far it is.
import { useLocale, useT } from "$/localmind/i18n";
import { FileChip } from "./file_chip.jsx";
import { useFileStates } from "./message_file_states.js";
import { useReading, useThread } from "./thread_context.js";

function State({ known }) {
  const t = useT();
  const percent = new Intl.NumberFormat(useLocale(), { style: "percent" });
  if (!known) return null;
  if (known.state === "failed") {
    const error = known.error?.error ?? known.error;
    return <span className="lm-file-error">{error ? t(error.template ?? error.message ?? "", error.params ?? undefined) : t("It could not be read.")}</span>;
  }
  const words = { ready: t("read"), cancelled: t("not read"), queued: t("waiting") }[known.state] ?? t("reading {percent}", { percent: percent.format(known.progress ?? 0) });
  return <span className="lm-file-size">{words}</span>;
}

export function MessageFiles({ message }) {
  const t = useT();
  const { files } = message;
  const { store } = useThread();
  const reading = useReading(message.id);
  const states = useFileStates(store.chat, files, reading);
  if (!files?.length) return null;
  return (
    <ul className="lm-files" data-sent aria-label={t("Files of this message")}>
      {files.map((file) => (
        <li key={file.id} className="lm-file" data-state={states[file.id]?.state}>
          <a href={`/api/files/${encodeURIComponent(file.id)}/content?download=1`} download={file.name}>
            <span className="lm-hidden">{t("Download")} </span>
            <FileChip name={file.name} size={file.size}><State known={states[file.id]} /></FileChip>
          </a>
        </li>
      ))}
    </ul>
  );
}
