// A page with a thread and a composer, wired the way a Reflex page does it: commands go out as events, which the fake
// server takes at /command; `sent` and `error` come back as props.
import "./style.css";
import "./tokens.css";
import "./base.css";
import "./chat.css";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { Composer } from "./ui/composer.jsx";
import { clearDrafts } from "./ui/composer_draft.js";
import { Markdown } from "./ui/markdown.jsx";
import { SourceViewer } from "./ui/source_viewer.jsx";
import { Thread } from "./ui/thread.jsx";

window.calls = [];
window.longTasks = [];
window.violations = [];
window.clearDrafts = clearDrafts;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.longTasks.push({ at: entry.startTime, ms: entry.duration }))).observe({ type: "longtask" });
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));

const command = async (name, args) => {
  window.calls.push([name, ...args]);
  const answer = await fetch("/command", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name, args }) });
  return answer.json();
};

const opened = new URLSearchParams(location.search); // as it was when the page was opened
const attach = opened.has("attach");
const allowed = { on: { pages: true, search: true, mine: true }, off: { pages: false, search: false, mine: true }, theirs: { pages: false, search: false, mine: false } };
const web = allowed[opened.get("web")] ?? {};

function App() {
  const [chat, setChat] = useState(location.pathname.split("/")[2] ?? "");
  const [sent, setSent] = useState("");
  const [error, setError] = useState({});
  const go = (name) => (...args) => command(name, [chat, ...args]).catch(() => {});
  const send = async (text, id, files, ...asked) => {
    try {
      const answer = await command("send", [chat, text, id, files, ...asked]);
      if (answer.error) return setError({ ...answer.error, client_id: id });
      setError({});
      setSent(answer.sent);
      if (answer.chat && answer.chat !== chat) setChat(answer.chat);
    } catch {
      // the server cannot be reached: no acknowledgement comes
    }
  };
  return (
    <div style={{ display: "flex", height: "100dvh" }}>
    <main style={{ display: "flex", flex: 1, minWidth: 0, flexDirection: "column" }}>
      <h1 className="lm-hidden">Chat</h1>
      <Thread chatId={chat} onRetry={go("retry")} onEdit={go("edit")} onContinue={go("continue")} onSibling={go("sibling")} onCancelQueued={go("cancel-queued")} onUsage={(usage) => window.calls.push(["usage", usage])}>
        <p id="empty">Nothing was said yet.</p>
      </Thread>
      <Composer chatId={chat} sent={sent} error={error} attach={attach} web={web} onSend={send} onStop={go("stop")}>
        <span className="lm-note">starter</span>
      </Composer>
    </main>
    <SourceViewer />
    </div>
  );
}

// /markdown: one text from the page's own script, for the hostile corpus.
function Showcase() {
  const [text, setText] = useState("");
  window.show = setText;
  return <main id="showcase"><h1>Markdown</h1><Markdown text={text} /></main>;
}

createRoot(document.getElementById("root")).render(location.pathname === "/markdown" ? <Showcase /> : <BrowserRouter><App /></BrowserRouter>);
