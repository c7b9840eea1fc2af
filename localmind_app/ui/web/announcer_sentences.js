// What a screen reader hears of an answer that is being written: whole sentences, each once. Pure.
import { plainBlock } from "./markdown_plain.js";

// A sentence ends with a mark and a space; full-width marks need none. "1." and "e.g." do not end one.
const END = /(?:[.!?…]["'”’)\]]*(?=\s)|[。！？]["”’）]*|:(?=\s*$)|\n\s*\n)/g;
const NOT_END = /(?:^|\s)(?:\d{1,3}|[a-zA-Z]|e\.g|i\.e|etc|z\.B|Dr|Mr|Mrs|vs)\.$/;

/** The offset behind the last complete sentence of `text`. */
export function sentencesEnd(text) {
  let end = 0;
  for (const match of text.matchAll(END)) {
    const behind = match.index + match[0].length;
    if (!NOT_END.test(text.slice(Math.max(0, behind - 12), behind))) end = behind;
  }
  return end;
}

const oneLine = (text) => plainBlock(text).replace(/\s+/g, " ").trim();

/**
 * The complete sentences behind `cursor` = {block, offset}, and the cursor after them. Code is only named, by
 * `codeName(lang)`. `finished` takes the rest as well.
 */
export function nextSentences(blocks, cursor, codeName, finished = false) {
  const said = [];
  let { block, offset } = cursor;
  for (; block < blocks.length; block += 1, offset = 0) {
    const { kind, text, lang, open } = blocks[block];
    const whole = finished || !open;
    if (kind === "code") {
      if (!whole) break;
      said.push(codeName(lang));
      continue;
    }
    const end = whole ? text.length : Math.max(offset, offset + sentencesEnd(text.slice(offset)));
    said.push(oneLine(text.slice(offset, end)));
    if (!whole) {
      offset = end;
      break;
    }
  }
  return { text: said.filter(Boolean).join(" "), cursor: { block, offset } };
}
