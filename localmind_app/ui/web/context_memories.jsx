// The memories in the context view: as the model was told them, with the way to where they were said, and to forget them.
import { useEffect, useState } from "react";
import { useT } from "$/localmind/i18n";
import { MemorySource } from "./memory_source.jsx";

const FAILED = "failed";

async function ask(path, method = "GET") {
  const answer = await fetch(`/api/memories/${path}`, { method, credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** What is still known of the memories an answer was given, by id; null while it comes. */
function useKnown(message) {
  const [known, setKnown] = useState(null);
  useEffect(() => {
    let gone = false;
    ask(`of/${encodeURIComponent(message)}`).then(
      (body) => gone || setKnown(new Map(body.memories.map((one) => [one.id, one]))),
      () => gone || setKnown(FAILED),
    );
    return () => {
      gone = true;
    };
  }, [message]);
  return known;
}

function Forget({ memory, onChange, forgotten }) {
  const t = useT();
  const [failed, setFailed] = useState(false);
  const change = (path, method, now) => ask(path, method).then(() => (setFailed(false), onChange(now)), () => setFailed(true));
  const id = encodeURIComponent(memory.id);
  if (failed) return <span role="alert">{t("This did not work. Try again later.")}</span>;
  if (forgotten) {
    return (
      <>
        <span role="status">{t("Forgotten.")}</span>
        <button type="button" className="lm-text-button" onClick={() => change(`${id}/restore`, "POST", false)}>{t("Undo")}</button>
      </>
    );
  }
  return <button type="button" className="lm-text-button" aria-label={t("Forget “{memory}”", { memory: memory.text })} onClick={() => change(id, "DELETE", true)}>{t("Forget")}</button>;
}

function Row({ told, memory, close, tokens }) {
  const t = useT();
  const [forgotten, setForgotten] = useState(false);
  if (!memory) return <li className="lm-context-gone">{t("A memory that was forgotten since.")}</li>;
  return (
    <li data-forgotten={forgotten || undefined}>
      <span dir="auto">{(told.text ?? memory.text).replace(/^- /, "")}</span>
      <span className="lm-context-note">
        {!forgotten && <span><MemorySource memory={memory} onOpen={close} /></span>}
        <Forget memory={memory} forgotten={forgotten} onChange={setForgotten} />
        {tokens}
      </span>
    </li>
  );
}

export function ContextMemories({ given, close, tokens }) {
  const t = useT();
  const known = useKnown(given.message);
  if (known === null) return <p role="status">{t("Loading")}</p>;
  if (known === FAILED) return <p role="alert">{t("The memories could not be loaded. Try again.")}</p>;
  return (
    <ul className="lm-context-list">
      {given.memories.map((told) => <Row key={told.id} told={told} memory={known.get(told.id)} close={close} tokens={tokens(told.tokens)} />)}
    </ul>
  );
}
