// Where a message is written. Typing, drafts and Stop stay in the browser; the server hears only what is sent.
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { ArrowUp, Square } from "lucide-react";
import { useLocale, useT } from "$/localmind/i18n";
import { NOTHING, useAsked } from "./composer_asked.js";
import { AskTools, AttachedCollections, ChosenCollections, Picker, usePicker } from "./composer_collections.jsx";
import { readDraft, restAfter, writeAsked, writeDraft, writeFiles } from "./composer_draft.js";
import { AttachButton, ChosenFiles, DropHint, pastedFiles, useDrop, useFiles, useFilesReason } from "./composer_files.jsx";
import { MOST } from "./composer_file_list.js";
import { meaningOf } from "./composer_keys.js";
import { isError, useSending } from "./composer_sending.js";
import { ChosenLinks, LinkHint, SearchWeb, useLinks } from "./composer_web.jsx";
import { useWriting } from "./thread_writing.js";

const LONGEST = 100_000;
const coarsePointer = () => window.matchMedia("(pointer: coarse)").matches;

/** Where `field-sizing: content` is missing, the height follows the text by hand. */
function useGrowing(field, text) {
  useLayoutEffect(() => {
    const box = field.current;
    if (!box || CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }, [field, text]);
}

/** The text of the field, kept as this chat's draft. */
function useDraft(chat) {
  const [text, setText] = useState("");
  const latest = useRef("");
  const write = useCallback(
    (next) => {
      latest.current = next;
      setText(next);
      writeDraft(chat, next);
    },
    [chat],
  );
  useEffect(() => {
    latest.current = readDraft(chat);
    setText(latest.current);
  }, [chat]);
  return { text, write, latest };
}

function useWindowEvents(field, write) {
  useEffect(() => {
    const focus = () => field.current?.focus();
    const fill = (event) => {
      write(String(event.detail?.text ?? ""));
      focus();
    };
    window.addEventListener("localmind:focus-composer", focus);
    window.addEventListener("localmind:fill-composer", fill);
    return () => {
      window.removeEventListener("localmind:focus-composer", focus);
      window.removeEventListener("localmind:fill-composer", fill);
    };
  }, [field, write]);
}

/** The sentence under the field: {tone, text} or null. The most urgent one wins. */
function useNotice({ error, edited, late, text, disabled, leftOut }) {
  const t = useT();
  const locale = useLocale();
  const number = (value) => new Intl.NumberFormat(locale).format(value);
  if (text.length > LONGEST) return { tone: "danger", text: t("This message has {n} characters; {limit} are the most. Shorten it or attach it as a file. Your text is kept.", { n: number(text.length), limit: number(LONGEST) }) };
  if (late) return { tone: "warning", text: t("Not sent yet: LocalMind cannot be reached. Your text is kept.") };
  if (isError(error) && !edited) return { tone: "danger", text: t(error.template ?? error.message ?? "", error.params ?? undefined) };
  if (leftOut) return { tone: "warning", text: t("{n} files were left out: a message can have {limit}.", { n: number(leftOut), limit: number(MOST) }) };
  return disabled ? { tone: "muted", text: disabled } : null;
}

function SendButton({ stops, reason, onStop }) {
  const t = useT();
  const id = useId();
  if (stops) {
    return (
      <button type="button" className="lm-send" data-stop aria-label={t("Stop")} data-tip={t("Stop (Esc)")} onClick={onStop}>
        <Square aria-hidden="true" size={14} fill="currentColor" />
      </button>
    );
  }
  // aria-disabled, not disabled: the reason stays reachable for screen readers and the focus is not lost
  return (
    <>
      <button type="submit" className="lm-send" aria-label={t("Send")} data-tip={reason || t("Send (Enter)")} aria-disabled={Boolean(reason)} aria-describedby={reason ? id : undefined}>
        <ArrowUp aria-hidden="true" size={18} />
      </button>
      <span id={id} className="lm-hidden">{reason}</span>
    </>
  );
}

export function Composer({ chatId = "", sent = "", error = null, disabled = "", placeholder = "", attach = false, attached = [], web = {}, onSend, onStop, onAttach, children }) {
  const t = useT();
  const streaming = useWriting(chatId);
  const field = useRef(null);
  const noticeId = useId();
  const { text, write, latest } = useDraft(chatId);
  const { items, list } = useFiles(chatId);
  const [asked, setAsked] = useAsked(chatId);
  const [leftOut, setLeftOut] = useState(0);
  const [edited, setEdited] = useState(false);
  const onAcknowledged = useCallback(
    (taken) => {
      const from = taken.chat || "new";
      list.release(taken.files ?? []);
      if (from === (chatId || "new")) {
        setAsked({ collections: [], web: false, plain: [] });
        return write(restAfter(latest.current, taken.text));
      }
      writeFiles(from, []);
      writeAsked(from, NOTHING);
      setAsked({ quote: Boolean(taken.asked?.quote) }); // a way of asking stays with the chat until it is switched off
      // A new chat got its id meanwhile: what was typed behind the message moves along.
      const rest = restAfter(readDraft(from), taken.text);
      writeDraft(from, "");
      return rest ? write(rest + latest.current) : undefined;
    },
    [chatId, write, latest, list, setAsked],
  );
  const { pending, late, send } = useSending({ chat: chatId, sent, error, onSend, onAcknowledged });
  const notice = useNotice({ error, edited, late, text, disabled, leftOut });
  const filesReason = useFilesReason(items);
  const addFiles = useCallback(
    (files) => {
      setLeftOut(list.add(files));
      field.current.focus();
    },
    [list],
  );
  const over = useDrop(attach, addFiles);
  const { links, offered } = useLinks(text, web, asked.plain);
  const attachedIds = attached.map((one) => one.id);
  const taken = [...attachedIds, ...asked.collections.map((one) => one.id)];
  const picker = usePicker({ field, write, taken, onChoose: (one) => setAsked({ collections: [...asked.collections, one] }) });
  const dropAsked = (id) => setAsked({ collections: asked.collections.filter((one) => one.id !== id) });
  const keepAsked = (id) => {
    dropAsked(id);
    onAttach?.([...attachedIds, id]);
    field.current.focus();
  };
  useGrowing(field, text);
  useWindowEvents(field, write);
  useEffect(() => {
    // A new chat's first message changes the address, which makes a new field: the cursor must not get lost.
    if (!coarsePointer() && document.activeElement === document.body) field.current.focus({ preventScroll: true });
  }, []);
  useEffect(() => setEdited(false), [error]);

  const empty = !text.trim();
  const reason = disabled || (empty ? t("Write a message first.") : text.length > LONGEST ? t("The message is too long.") : filesReason || (pending ? t("Your message is being sent.") : ""));
  const submit = () => {
    if (reason) return;
    setEdited(true); // an old error is answered by sending again
    setLeftOut(0);
    send(text, items.map((item) => item.file.id), { ...asked, web: asked.web && Boolean(web.search && web.pages), links });
  };
  const acts = { send: submit, stop: () => onStop?.(), "edit-last": () => window.dispatchEvent(new CustomEvent("localmind:edit-last", { detail: { chat: chatId } })) };
  const onKeyDown = (event) => {
    if (attach && picker.onKey(event)) return;
    const meaning = meaningOf(event, { empty: text === "", coarse: coarsePointer(), streaming });
    if (!meaning) return;
    event.preventDefault();
    acts[meaning]();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    submit();
    field.current.focus();
  };
  return (
    <form className="lm-composer" data-pending={Boolean(pending) || undefined} onSubmit={onSubmit}>
      <AttachedCollections collections={attached} onRemove={(id) => onAttach?.(attachedIds.filter((one) => one !== id))} />
      {attach && <Picker picker={picker} />}
      <div className="lm-composer-box" onClick={(event) => event.target === event.currentTarget && field.current.focus()}>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          enterKeyHint="enter"
          aria-label={t("Message")}
          aria-describedby={notice ? noticeId : undefined}
          aria-invalid={text.length > LONGEST || undefined}
          placeholder={placeholder || t("Write a message…")}
          value={text}
          onChange={(event) => {
            write(event.target.value);
            setEdited(true);
          }}
          {...picker.props}
          onSelect={attach ? picker.follow : undefined}
          onBlur={picker.close}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const files = attach ? pastedFiles(event) : [];
            if (files.length) {
              event.preventDefault();
              addFiles(files);
            }
          }}
        />
        <ChosenFiles items={items} list={list} onRemoved={() => field.current.focus()} />
        <ChosenLinks
          links={links}
          onRemove={(link) => {
            setAsked({ plain: [...asked.plain, link] });
            field.current.focus();
          }}
        />
        <ChosenCollections
          collections={asked.collections}
          onRemove={(id) => {
            dropAsked(id);
            field.current.focus();
          }}
          onKeep={onAttach && keepAsked}
        />
        <div className="lm-composer-bar">
          {attach && <AttachButton onFiles={addFiles} />}
          {attach && <AskTools onPick={picker.begin} quote={asked.quote} onQuote={(quote) => setAsked({ quote })} />}
          <SearchWeb web={web} on={asked.web} onChange={(on) => setAsked({ web: on })} />
          <div className="lm-composer-tools">{children}</div>
          {pending && !late && <span className="lm-note" role="status">{t("Sending…")}</span>}
          <SendButton stops={streaming && empty} reason={reason} onStop={() => onStop?.()} />
        </div>
      </div>
      {over && <DropHint />}
      <LinkHint web={web} offered={offered} />
      <div className="lm-composer-notice" id={noticeId} role="alert" data-tone={notice?.tone}>{notice?.text}</div>
    </form>
  );
}
