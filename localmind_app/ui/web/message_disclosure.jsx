// A button under an answer, and what it opens.
import { useId, useState } from "react";
import { useThread } from "./thread_context.js";

export function Disclosure({ name, opened, children }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const { release } = useThread();
  const toggle = () => {
    release(); // what opens is read from its beginning: the thread must not follow it to its end
    setOpen(!open);
  };
  return (
    <>
      <button type="button" className="lm-text-button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={toggle}>{open ? opened : name}</button>
      {open && <div id={id} className="lm-source-opened">{children()}</div>}
    </>
  );
}
