// What a message was asked of besides its files: collections, and whether only quotations were wanted.
import { Library, Quote } from "lucide-react";
import { useT } from "$/localmind/i18n";

export function MessageCollections({ sources }) {
  const t = useT();
  if (!sources?.collections?.length && !sources?.quote) return null;
  return (
    <ul className="lm-files" data-sent aria-label={t("Asked of")}>
      {sources.collections?.map((one) => (
        <li key={one.id} className="lm-file">
          <span className="lm-file-face">
            <Library aria-hidden="true" size={16} />
            <bdi className="lm-file-name" title={one.name}>{one.name}</bdi>
          </span>
        </li>
      ))}
      {sources.quote && (
        <li className="lm-file">
          <span className="lm-file-face">
            <Quote aria-hidden="true" size={16} />
            <span>{t("Quotations only")}</span>
          </span>
        </li>
      )}
    </ul>
  );
}
