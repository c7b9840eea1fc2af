// Cuts growing Markdown into blocks, so that a finished block is parsed once and only the last one changes.
// A light splitter: it knows fences, lists, display math and blank lines, and leaves the rest to the parser.
// Not covered: what a block looks like (markdown.jsx), mending a half-written block (markdown_repair.js).

const FENCE = /^( {0,3})(`{3,}|~{3,})[ \t]*([^\n]*)$/;
const ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const INDENTED = /^(?: {2,}|\t)/;
const MATH = /^\s{0,3}(\$\$|\\\[)/;
const DEFINITION = /^ {0,3}\[([^\]\n]{1,200})\]:\s*\S.*$/gm;
const HALF_ITEM = /^ {0,3}\d{1,9}[.)]?$/; // may become the next item of a list
const HALF_FENCE = /^\s*(?:`{1,2}|~{1,2}|`{3,}[^`]*|~{3,}.*)$/; // may become a fence: not shown before its line ends
const LONG_LIST = 2000; // a longer list is cut between its items: the numbers go on, the cost does not grow

const isBlank = (line) => line.trim() === "";
const opensMath = (line) => {
  const opener = MATH.exec(line)?.[1];
  if (!opener) return null;
  const closer = opener === "$$" ? "$$" : "\\]";
  return line.indexOf(closer, line.indexOf(opener) + 2) < 0 ? closer : null;
};

/** Grows by `push(piece)`; `blocks()` are [{kind: "text"|"code", text, lang?, open}], the last one may be open. */
export class BlockSplitter {
  text = "";
  #done = [];
  #lines = []; // of the open block
  #size = 0;
  #blank = false; // the open block ended with an empty line: the next one decides whether it goes on
  #fence = null;
  #math = null;
  #read = 0; // up to here whole lines were taken

  push(piece) {
    this.text += piece;
    for (let end; (end = this.text.indexOf("\n", this.#read)) >= 0; this.#read = end + 1) {
      this.#take(this.text.slice(this.#read, end));
    }
    return this;
  }

  #close(open = false) {
    const block = this.#block(open);
    if (block) this.#done.push(block);
    this.#lines = [];
    this.#size = 0;
    this.#blank = false;
    this.#fence = null;
    this.#math = null;
  }

  #block(open, extra = []) {
    const lines = [...this.#lines, ...extra];
    if (this.#fence) return { kind: "code", lang: this.#fence.lang, text: lines.join("\n"), open };
    const text = lines.join("\n").trimEnd();
    return text ? { kind: "text", text, open } : null;
  }

  #add(line) {
    this.#lines.push(line);
    this.#size += line.length + 1;
  }

  #take(line) {
    if (this.#fence) return this.#takeCode(line);
    if (this.#math) {
      this.#add(line);
      if (line.includes(this.#math)) this.#math = null;
      return;
    }
    if (isBlank(line)) {
      this.#blank = this.#lines.length > 0;
      if (this.#blank) this.#add(line);
      return;
    }
    if (this.#ends(line)) this.#close();
    this.#blank = false;
    const fence = FENCE.exec(line);
    // A fence at the margin is a block of its own; inside of a list it belongs to its item.
    if (fence && !(fence[2][0] === "`" && fence[3].includes("`")) && !(this.#isList() && fence[1].length >= 2)) {
      this.#close();
      this.#fence = { mark: fence[2], indent: fence[1].length, lang: (/^[\w+#.-]{1,30}/.exec(fence[3]) ?? [""])[0] };
      return;
    }
    this.#math = opensMath(line);
    this.#add(line);
  }

  #takeCode(line) {
    const { mark, indent } = this.#fence;
    const trimmed = line.trimEnd();
    const closer = trimmed.trimStart();
    if (closer.length >= mark.length && trimmed.length - closer.length <= 3 && closer === mark[0].repeat(closer.length)) return this.#close();
    this.#add(indent ? line.replace(new RegExp(`^ {0,${indent}}`), "") : line);
  }

  #isList() {
    return this.#lines.length > 0 && ITEM.test(this.#lines[0]);
  }

  /** Whether the open block is finished before this line. */
  #ends(line) {
    if (!this.#lines.length) return false;
    if (this.#isList()) {
      if (ITEM.test(line) && !INDENTED.test(line)) return this.#size > LONG_LIST;
      return this.#blank && !INDENTED.test(line);
    }
    if (!this.#blank) return false;
    return !(INDENTED.test(this.#lines[0]) && INDENTED.test(line)); // indented code goes on over blank lines
  }

  /** All blocks so far. Finished ones keep their identity from call to call. */
  blocks() {
    const line = this.text.slice(this.#read);
    const held = HALF_FENCE.test(line) || (this.#isList() && HALF_ITEM.test(line));
    const rest = held && !this.#fence ? "" : line;
    if (this.#fence) return [...this.#done, this.#block(true, rest ? [rest] : [])];
    if (rest && !isBlank(rest) && !this.#math && this.#ends(rest)) {
      const before = this.#block(false);
      return [...this.#done, ...(before ? [before] : []), { kind: "text", text: rest, open: true }];
    }
    const last = this.#block(true, rest ? [rest] : []);
    return last ? [...this.#done, last] : [...this.#done];
  }
}

/** The labels of link definitions and footnotes, with their lines: blocks that use one get it back. */
export function definitionsOf(text) {
  const found = new Map();
  for (const match of text.matchAll(DEFINITION)) {
    if (found.size < 200 && !found.has(match[1].toLowerCase())) found.set(match[1].toLowerCase(), match[0]);
  }
  return found;
}

const withDefinitions = (block, definitions) => {
  if (block.kind !== "text") return block;
  const own = definitionsOf(block.text);
  const missing = [];
  for (const [label, line] of definitions) {
    if (!own.has(label) && block.text.toLowerCase().includes(`[${label}]`)) missing.push(line);
  }
  return missing.length ? { ...block, text: `${block.text}\n\n${missing.join("\n")}` } : block;
};

/** The blocks of a finished text. An unclosed fence ends with the text, as CommonMark says. */
export function splitBlocks(text) {
  const blocks = new BlockSplitter().push(`${text}\n`).blocks().map((block) => ({ ...block, open: false }));
  const definitions = definitionsOf(text);
  return definitions.size ? blocks.map((block) => withDefinitions(block, definitions)) : blocks;
}
