// Words and the one button of the offline page. The build fills the catalogue with the few sentences it needs.
const WORDS = { words: "__WORDS__" }.words;

const language = () => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("localmind.locale");
  } catch {
    // storage may be blocked; the browser's language then decides
  }
  const asked = [chosen, ...navigator.languages].filter(Boolean).map((tag) => tag.toLowerCase().split("-")[0]);
  return asked.find((tag) => tag === "en" || tag in WORDS) ?? "en";
};

const locale = language();
document.documentElement.lang = locale;
for (const node of document.querySelectorAll("[data-t]")) {
  node.textContent = WORDS[locale]?.[node.textContent.trim()] ?? node.textContent;
}
const reload = () => location.reload();
document.querySelector("button").addEventListener("click", reload);
window.addEventListener("online", reload);
// Any answer at all means that LocalMind is back.
setInterval(() => fetch("/ping", { cache: "no-store" }).then(reload, () => {}), 3000);
