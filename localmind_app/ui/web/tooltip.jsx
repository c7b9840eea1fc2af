// One tooltip for the whole page: it serves every element with data-tip (and data-tip-keys, a shortcut's id).
// It only repeats the accessible name for people who see the page, so screen readers do not hear it twice.
// Shown on hover and on keyboard focus, can be hovered, goes with Escape (WCAG 2.2, 1.4.13). Never on touch.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Keys } from "$/localmind/kbd";

const WAIT = 450;
const GAP = 6;
const EDGE = 8;

const place = (anchor, tip) => {
  const box = anchor.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const below = box.bottom + GAP + size.height < window.innerHeight - EDGE;
  const left = box.left + box.width / 2 - size.width / 2;
  return {
    top: below ? box.bottom + GAP : box.top - GAP - size.height,
    left: Math.min(Math.max(left, EDGE), window.innerWidth - size.width - EDGE),
  };
};

export function Tooltips() {
  const [anchor, setAnchor] = useState(null);
  const [spot, setSpot] = useState(null);
  const tip = useRef(null);

  useEffect(() => {
    let timer;
    const show = (target, wait) => {
      clearTimeout(timer);
      timer = setTimeout(() => setAnchor(target), wait);
    };
    const hide = () => show(null, 80);
    const at = (event) => {
      const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      // Some names can be read beside the picture, except while the sidebar is folded.
      return target?.dataset.tipWhen && document.documentElement.dataset.sidebar !== target.dataset.tipWhen ? null : target;
    };
    const over = (event) => {
      if (event.pointerType === "touch" || tip.current?.contains(event.target)) return clearTimeout(timer);
      const target = at(event);
      return target ? show(target, WAIT) : hide();
    };
    const focus = (event) => {
      const target = at(event);
      if (target?.matches(":focus-visible")) show(target, 0);
    };
    const gone = (event) => (event.type !== "keydown" || event.key === "Escape") && show(null, 0);
    const events = [["pointerover", over], ["focusin", focus], ["focusout", gone], ["pointerdown", gone], ["keydown", gone], ["scroll", gone]];
    events.forEach(([name, listener]) => document.addEventListener(name, listener, true));
    return () => {
      clearTimeout(timer);
      events.forEach(([name, listener]) => document.removeEventListener(name, listener, true));
    };
  }, []);

  useLayoutEffect(() => {
    setSpot(anchor?.isConnected && tip.current ? place(anchor, tip.current) : null);
  }, [anchor]);

  const text = anchor?.dataset.tip;
  if (!text || anchor.getAttribute("aria-expanded") === "true") return null;
  const style = spot ?? { top: 0, left: 0, visibility: "hidden" };
  return (
    <div ref={tip} aria-hidden="true" style={style} className="lm-fade fixed z-50 flex max-w-80 items-center gap-2 rounded-sm border border-border bg-raised px-2 py-1 text-sm text-text shadow-md">
      <span>{text}</span>
      {anchor.dataset.tipKeys && <Keys id={anchor.dataset.tipKeys} />}
    </div>
  );
}
