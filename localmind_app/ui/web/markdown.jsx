// Untrusted Markdown as React elements: no raw HTML, no address that was not checked, nothing loaded by itself.
// Blocks are memoised one by one; while a message is written only its last block is parsed again.
import { Component, memo, useEffect, useId, useMemo, useRef, useState } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { rehypeCitations } from "./citation_tree.js";
import { splitBlocks } from "./markdown_blocks.js";
import { mayHaveMath, toMath } from "./markdown_math_syntax.js";
import { parts } from "./markdown_parts.jsx";
import { parsedLength, repairTail } from "./markdown_repair.js";
import { CodeBlock } from "./code_block.jsx";

const GFM = [remarkGfm];
const LIMIT = 20_000; // a single paragraph beyond this is shown as plain text: parsing it would stall the page
const DEEP = /^(?:[ \t]*[>*+-][ \t]?){40,}|^[ \t]{400,}|[[*_]{400,}/m; // nesting made to exhaust a parser

// Addresses are judged where they are used (markdown_parts.jsx); here they pass unchanged.
const keep = (url) => url;

const Plain = ({ text }) => <p className="lm-md-plain">{text}</p>;

/** Whatever a parser does on hostile text, the words stay readable. */
class Fallback extends Component {
  state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  componentDidUpdate(before) {
    if (this.state.failed && before.text !== this.props.text) this.setState({ failed: false });
  }
  render() {
    return this.state.failed ? <Plain text={this.props.text} /> : this.props.children;
  }
}

let mathPlugins = null; // one copy for the page, loaded with the first formula
const loadMath = () => import("./markdown_math.js").then((loaded) => (mathPlugins = loaded));

function useMath(wanted) {
  const [plugins, setPlugins] = useState(mathPlugins);
  useEffect(() => {
    if (!wanted || plugins) return undefined;
    let mounted = true;
    loadMath().then(
      (loaded) => mounted && setPlugins(loaded),
      () => {}, // offline during an update: the formula stays as it was written
    );
    return () => {
      mounted = false;
    };
  }, [wanted, plugins]);
  return wanted ? plugins : null;
}

function Parsed({ text, math, proof }) {
  const prefix = useId();
  const remark = useMemo(() => (math ? [remarkGfm, math.remarkMath] : GFM), [math]);
  const rehype = useMemo(() => {
    const cited = proof ? [[rehypeCitations, { source: text, proof }]] : [];
    return math ? [...cited, math.rehypeMath] : cited;
  }, [math, proof, text]);
  const options = useMemo(() => ({ clobberPrefix: `${prefix}-` }), [prefix]);
  return (
    <ReactMarkdown remarkPlugins={remark} rehypePlugins={rehype} remarkRehypeOptions={options} components={parts} urlTransform={keep}>
      {text}
    </ReactMarkdown>
  );
}

const Head = memo(function Head({ text, math, proof }) {
  return (
    <Fallback text={text}>
      <Parsed text={text} math={math} proof={proof} />
    </Fallback>
  );
});

/** One block of text. While it is open its head is parsed, and a long tail waits as plain text for its turn. */
function TextBlock({ text, open, proof }) {
  const parsed = useRef(0);
  const math = useMath(useMemo(() => !open && mayHaveMath(text), [text, open]));
  if (text.length > LIMIT || DEEP.test(text)) return <Plain text={text} />;
  parsed.current = open ? parsedLength(text.length, parsed.current) : text.length;
  const tail = text.slice(parsed.current);
  const head = open ? repairTail(text.slice(0, parsed.current)) : ((math && toMath(text)) ?? text);
  // Where formulas were rewritten the places are other ones: the numbers are looked for.
  const fits = proof && head !== text && proof.marks ? { ...proof, marks: null } : proof;
  return (
    <>
      <Head text={head} math={math} proof={fits} />
      {tail && <span className="lm-md-plain">{tail}</span>}
    </>
  );
}

const Block = memo(
  function Block({ block, live, proof }) {
    if (block.kind === "code") return <CodeBlock code={block.text} lang={block.lang} open={block.open} live={live} />;
    return <TextBlock text={block.text} open={block.open} proof={proof} />;
  },
  (a, b) => a.live === b.live && a.proof === b.proof && a.block.text === b.block.text && a.block.open === b.block.open && a.block.kind === b.block.kind,
);

/** Blocks from markdown_blocks.js. `live`: the message is still being written. `proof`: what citations.js says of its sources. */
export function Blocks({ blocks, live = false, proof = null }) {
  return (
    <div className="lm-md" dir="auto">
      {blocks.map((block, at) => (
        <Block key={at} block={block} live={live} proof={(Array.isArray(proof) ? proof[at] : proof) ?? null} />
      ))}
    </div>
  );
}

/** A whole finished text. */
export function Markdown({ text }) {
  const blocks = useMemo(() => splitBlocks(String(text ?? "")), [text]);
  return <Blocks blocks={blocks} />;
}
