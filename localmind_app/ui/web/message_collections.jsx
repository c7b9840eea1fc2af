// What a message was asked of besides its files: collections, pages it links to, a search of the web, and whether only
// quotations were wanted.
import { Globe, Library, Link2, Quote } from "lucide-react";
import { useT } from "$/localmind/i18n";
import { shortLink } from "./composer_links.js";

const Chip = ({ icon: Icon, children }) => (
  <li className="lm-file">
    <span className="lm-file-face">
      <Icon aria-hidden="true" size={16} />
      {children}
    </span>
  </li>
);

export function MessageCollections({ sources }) {
  const t = useT();
  if (!sources?.collections?.length && !sources?.links?.length && !sources?.quote && !sources?.web) return null;
  return (
    <ul className="lm-files" data-sent aria-label={t("Asked of")}>
      {sources.collections?.map((one) => <Chip key={one.id} icon={Library}><bdi className="lm-file-name" title={one.name}>{one.name}</bdi></Chip>)}
      {sources.links?.map((link) => <Chip key={link} icon={Link2}><bdi className="lm-file-name" title={link}>{shortLink(link)}</bdi></Chip>)}
      {sources.web && <Chip icon={Globe}><span>{t("Web search")}</span></Chip>}
      {sources.quote && <Chip icon={Quote}><span>{t("Quotations only")}</span></Chip>}
    </ul>
  );
}
