// Runs before the first paint, from its own file so that the content security policy needs no exception.
(() => {
  const { dataset } = document.documentElement;
  let theme = null;
  let sidebar = null;
  try {
    theme = localStorage.getItem("localmind.theme");
    sidebar = localStorage.getItem("localmind.sidebar");
  } catch {
    // storage may be blocked; the system's theme and the open sidebar then
  }
  dataset.theme = ["light", "dark", "contrast"].includes(theme) ? theme : "system";
  dataset.sidebar = sidebar === "rail" ? "rail" : "open";
})();
