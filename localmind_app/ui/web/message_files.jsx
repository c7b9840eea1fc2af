// The files that went with a message, each a download. They are named also when they were deleted since.
import { useT } from "$/localmind/i18n";
import { FileChip } from "./file_chip.jsx";

export function MessageFiles({ files }) {
  const t = useT();
  if (!files?.length) return null;
  return (
    <ul className="lm-files" data-sent aria-label={t("Files of this message")}>
      {files.map((file) => (
        <li key={file.id} className="lm-file">
          <a href={`/api/files/${encodeURIComponent(file.id)}/content?download=1`} download={file.name} aria-label={t("Download {name}", { name: file.name })}>
            <FileChip name={file.name} size={file.size} />
          </a>
        </li>
      ))}
    </ul>
  );
}
