// Reads an answer to screen readers from a polite region of its own: that it is being written, then whole sentences
// at least two seconds apart, never token by token. The preference is "whole", "sentences" or "off".
import { useEffect, useRef, useState } from "react";
import { useT } from "$/localmind/i18n";
import { nextSentences } from "./announcer_sentences.js";
import { BlockSplitter } from "./markdown_blocks.js";
import { streamingOf } from "./thread_messages.js";
import { modelName } from "./model_names.js";

const KEY = "localmind.announce";
const SPACING_MS = 2000;

export function announcePreference() {
  try {
    const chosen = localStorage.getItem(KEY);
    return chosen === "whole" || chosen === "off" ? chosen : "sentences";
  } catch {
    return "sentences"; // storage may be blocked
  }
}

/** Follows the store and says what is due. Kept outside of React: nothing here is worth a draw per token. */
function follow(store, t, say) {
  let writing = null; // {id, cursor}
  let last = 0;
  let timer = 0;
  const codeName = (lang) => (lang ? t("Code, {language}.", { language: lang }) : t("Code."));

  const speak = (text) => {
    if (!text) return;
    last = Date.now();
    say(text);
  };
  const due = () => {
    timer = 0;
    const live = store.getLive();
    if (!writing || live?.id !== writing.id || announcePreference() !== "sentences") return;
    const next = nextSentences(live.blocks, writing.cursor, codeName);
    writing.cursor = next.cursor;
    speak(next.text);
  };
  const onLive = () => {
    if (writing && !timer) timer = setTimeout(due, Math.max(0, SPACING_MS - (Date.now() - last)));
  };

  const finish = (message) => {
    const mode = announcePreference();
    const { cursor } = writing;
    writing = null;
    clearTimeout(timer);
    timer = 0;
    if (mode === "off" || !message) return;
    const blocks = new BlockSplitter().push(message.text ?? "").blocks();
    const rest = nextSentences(blocks, mode === "whole" ? { block: 0, offset: 0 } : cursor, codeName, true).text;
    timer = setTimeout(() => (rest ? speak(rest) : say("")), Math.max(0, SPACING_MS - (Date.now() - last)));
  };
  const onState = () => {
    const message = streamingOf(store.getState().messages);
    if (writing && message?.id !== writing.id) finish(store.getState().messages.find((one) => one.id === writing.id));
    if (!message || writing) return;
    // What is already there when a page opens was not written just now: only what follows is read.
    const { block, offset } = nextSentences(store.getLive()?.blocks ?? [], { block: 0, offset: 0 }, codeName).cursor;
    writing = { id: message.id, cursor: { block, offset } };
    if (announcePreference() !== "off") speak(t("{model} is writing", { model: modelName(message.model) || t("The model") }));
  };

  const stop = [store.subscribe(onState), store.subscribeLive(onLive)];
  onState();
  return () => {
    clearTimeout(timer);
    stop.forEach((end) => end());
  };
}

export function Announcer({ store }) {
  const t = useT();
  const [said, setSaid] = useState("");
  const words = useRef(t);
  words.current = t;
  useEffect(() => follow(store, (...args) => words.current(...args), setSaid), [store]);
  return (
    <div className="lm-hidden" role="status" aria-live="polite" aria-atomic="true" data-announcer>
      {said}
    </div>
  );
}
