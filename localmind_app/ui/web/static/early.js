// What is drawn before React has taken over the page looks alive and is not. A button that is pressed then, is pressed
// again once it works: `alive.jsx` says when. Links need nobody's help.
(() => {
  let pressed = null;
  const keep = (event) => {
    const button = event.isTrusted ? event.target.closest?.("button") : null;
    if (!button) return;
    pressed = button;
    event.preventDefault(); // a form must not be sent without its script: that would reload the page
  };
  document.addEventListener("click", keep, true);
  document.addEventListener(
    "localmind:alive",
    () => {
      document.removeEventListener("click", keep, true);
      if (pressed?.isConnected) pressed.click();
    },
    { once: true },
  );
})();
