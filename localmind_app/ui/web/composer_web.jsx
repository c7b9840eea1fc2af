// The web as a source of the message that is being written: chips for the pages it links to, and the switch that lets
// it be searched. Only where the owner allows it; where not, a message with a link has a hint.
import { useMemo } from "react";
import { Globe, Link2, X } from "lucide-react";
import { Link } from "react-router";
import { useT } from "$/localmind/i18n";
import { linksIn, shortLink } from "./composer_links.js";

/** {links: to be read, offered: whether the message has any at all}. `plain` are those that shall stay text. */
export function useLinks(text, web, plain) {
  const all = useMemo(() => linksIn(text), [text]);
  return { links: web?.pages ? all.filter((link) => !plain.includes(link)) : [], offered: all.length > 0 };
}

export function ChosenLinks({ links, onRemove }) {
  const t = useT();
  if (!links.length) return null;
  return (
    <ul className="lm-files" aria-label={t("Web pages for this message")}>
      {links.map((link) => (
        <li key={link} className="lm-file">
          <span className="lm-file-face">
            <Link2 aria-hidden="true" size={16} />
            <bdi className="lm-file-name" title={link}>{shortLink(link)}</bdi>
            <span className="lm-file-size">{t("will be read")}</span>
          </span>
          <button type="button" className="lm-file-button" aria-label={t("Do not read {address}", { address: shortLink(link) })} data-tip={t("Do not read it: send it as text")} onClick={() => onRemove(link)}>
            <X aria-hidden="true" size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Said once below the field, and only while the message has a link. */
export function LinkHint({ web, offered }) {
  const t = useT();
  if (!offered || web?.pages !== false) return null;
  return (
    <p className="lm-composer-hint">
      {t("The link is sent as text: LocalMind may not read web pages.")}{" "}
      {web.mine ? <Link to="/settings#web">{t("Allow it in the settings")}</Link> : t("The owner can allow it in the settings.")}
    </p>
  );
}

export function SearchWeb({ web, on, onChange }) {
  const t = useT();
  if (!web?.search || !web.pages) return null;
  return (
    <button type="button" className="lm-attach" aria-label={t("Search the web")} data-tip={t("Search the web for this message: a search engine gets your question")} aria-pressed={on} onClick={() => onChange(!on)}>
      <Globe aria-hidden="true" size={18} />
    </button>
  );
}
