// Mermaid in a chunk of its own. Strict: labels are text, not HTML; the diagram cannot change these settings.
import mermaid from "mermaid";
import { safeDiagram } from "./mermaid_source.js";

let counter = 0;
let queue = Promise.resolve(); // mermaid keeps global state: one diagram at a time

const isDark = (colour) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) < 384;

const themed = (page) => ({
  darkMode: isDark(page.raised),
  background: page.raised,
  primaryColor: page.surface,
  primaryTextColor: page.text,
  primaryBorderColor: page["border-strong"],
  secondaryColor: page["accent-soft"],
  tertiaryColor: page.surface,
  noteBkgColor: page["accent-soft"],
  noteTextColor: page.text,
  textColor: page.text,
  lineColor: page.muted,
  edgeLabelBackground: page.raised,
  fontSize: "15px",
});

/** `page`: resolved colours by token name. */
const settings = (page) => ({
  startOnLoad: false,
  securityLevel: "strict",
  htmlLabels: false,
  flowchart: { htmlLabels: false },
  class: { htmlLabels: false },
  suppressErrorRendering: true,
  maxTextSize: 20_000,
  maxEdges: 300,
  theme: "base",
  themeVariables: themed(page),
  look: "classic",
  fontFamily: "system-ui, sans-serif",
  logLevel: "fatal",
  secure: ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "suppressErrorRendering", "htmlLabels", "themeCSS", "themeVariables", "theme", "look", "layout", "fontFamily", "flowchart", "class", "logLevel", "dompurifyConfig"],
});

async function draw(source, page) {
  const safe = safeDiagram(source);
  if (safe === null) throw new Error("This diagram is too long or loads something.");
  mermaid.initialize(settings(page));
  const { svg } = await mermaid.render(`lm-diagram-${++counter}`, safe);
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (parsed.nodeName !== "svg") throw new Error("Mermaid did not make an SVG.");
  const width = parsed.viewBox?.baseVal?.width ?? 0;
  // An image needs a size of its own; mermaid writes width="100%".
  if (width) parsed.setAttribute("width", String(Math.ceil(width)));
  parsed.removeAttribute("style");
  return { svg: new XMLSerializer().serializeToString(parsed), width: Math.ceil(width) };
}

/** The diagram as SVG text and its natural width, in the page's colours; throws for everything that is not a diagram. */
export function renderDiagram(source, page) {
  const result = queue.then(() => draw(source, page));
  queue = result.catch(() => {}); // the next diagram does not care that this one failed
  return result;
}
