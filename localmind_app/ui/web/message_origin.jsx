// Where an answer came from, when it was not simply the local engine: the privacy label, and who stood in for whom.
import { useT } from "$/localmind/i18n";

export function MessageOrigin({ origin }) {
  const t = useT();
  if (!origin) return null;
  return (
    <>
      {origin.leaves_machine && <span className="lm-origin" data-leaves>{t("Left this machine")}</span>}
      {origin.instead_of && <span className="lm-origin">{t("Instead of {engine}, which did not answer", { engine: origin.instead_of })}</span>}
    </>
  );
}
