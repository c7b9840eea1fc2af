// What a message has to do with the memory: what an answer was given of it, and what a message of one's own did to it.
import { useEffect, useId, useState } from "react";
import { Link } from "react-router";
import { Brain } from "lucide-react";
import { useT, useTN } from "$/localmind/i18n";
import { openContext } from "./context_address.js";
import { MemorySource } from "./memory_source.jsx";

const FAILED = "failed";

async function ask(path, method = "GET") {
  const answer = await fetch(`/api/memories/${path}`, { method, credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** The memories a message names: null while they come, FAILED when they do not, none of the forgotten ones. */
function useMemories(message, wanted) {
  const [found, setFound] = useState(null);
  const named = JSON.stringify(message.memory);
  useEffect(() => {
    if (!wanted) return undefined;
    let gone = false;
    ask(`of/${encodeURIComponent(message.id)}`).then(
      (body) => gone || setFound(body.memories),
      () => gone || setFound(FAILED),
    );
    return () => {
      gone = true;
    };
  }, [message.id, named, wanted]);
  return found;
}

function MemoryRow({ memory }) {
  return (
    <li>
      <span dir="auto">{memory.text}</span>
      <span className="lm-memory-source"><MemorySource memory={memory} /></span>
    </li>
  );
}

/** Under an answer: “Why do you know this?”, which opens what the model was told, with the way to where it was said. */
export function RecalledMemories({ message }) {
  const t = useT();
  const tn = useTN();
  const id = useId();
  const [open, setOpen] = useState(false);
  const found = useMemories(message, open);
  const count = message.memory?.recalled?.length ?? 0;
  if (!count) return null;
  return (
    <div className="lm-memory">
      <button type="button" className="lm-text-button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <Brain aria-hidden="true" size={14} />
        {open ? tn("Knew {n} thing about you", "Knew {n} things about you", count) : t("Why do you know this?")}
      </button>
      {open && (
        <div className="lm-memory-panel" id={id}>
          {found === null && <p>{t("Loading")}</p>}
          {found === FAILED && <p role="alert">{t("The memories could not be loaded. Try again.")}</p>}
          {Array.isArray(found) && found.length === 0 && <p>{t("What was used here has been forgotten since.")}</p>}
          {Array.isArray(found) && found.length > 0 && <ul>{found.map((memory) => <MemoryRow key={memory.id} memory={memory} />)}</ul>}
          <p className="lm-memory-ways">
            <button type="button" className="lm-text-button" onClick={() => openContext(message.id)}>{t("Everything it was given")}</button>
            <Link to="/memory">{t("All memories")}</Link>
          </p>
        </div>
      )}
    </div>
  );
}

function Forgotten({ ids }) {
  const t = useT();
  const tn = useTN();
  const [state, setState] = useState("");
  if (!ids.length) return <span>{t("There was nothing of this in the memory.")}</span>;
  const undo = () => Promise.all(ids.map((id) => ask(`${encodeURIComponent(id)}/restore`, "POST"))).then(() => setState("back"), () => setState(FAILED));
  if (state === "back") return <span role="status">{t("Remembered again.")}</span>;
  return (
    <>
      <span>{tn("Forgot {n} memory.", "Forgot {n} memories.", ids.length)}</span>
      {state === FAILED ? <span role="alert">{t("It is gone for good.")}</span> : <button type="button" className="lm-text-button" onClick={undo}>{t("Undo")}</button>}
    </>
  );
}

function Remembered({ message }) {
  const t = useT();
  const found = useMemories(message, true);
  if (!Array.isArray(found)) return null;
  if (!found.length) return <span>{t("Forgotten since.")}</span>;
  return (
    <>
      <span>{t("Remembered: {text}", { text: found.map((memory) => memory.text).join(" ") })}</span>
      <Link to="/memory">{t("Memories")}</Link>
    </>
  );
}

/** Under a message of one's own that asked to remember or to forget something: what was done. */
export function MemoryDone({ memory, message }) {
  if (!memory) return null;
  return (
    <p className="lm-memory-done">
      <Brain aria-hidden="true" size={14} />
      {memory.remembered && <Remembered message={message} />}
      {memory.forgot && <Forgotten ids={memory.forgot} />}
    </p>
  );
}
