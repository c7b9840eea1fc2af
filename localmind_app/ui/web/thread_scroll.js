// Where a thread is scrolled to: at the bottom while the person is there, where they are otherwise.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { NEAR, sticksAfter } from "./thread_sticking.js";

const gap = (box) => box.scrollHeight - box.scrollTop - box.clientHeight;

/**
 * Refs for the scrolling box and its content, whether the person is at the end, and how to move.
 * `hold()` is called before rows are put in front: what is in view then stays where it is.
 */
export function useThreadScroll() {
  const box = useRef(null);
  const content = useRef(null);
  const sticks = useRef(true);
  const top = useRef(0);
  const held = useRef(null);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    if (!box.current) return;
    sticks.current = true;
    box.current.scrollTop = box.current.scrollHeight; // never smooth: a smooth scroll lags behind a growing text
    top.current = box.current.scrollTop;
    setAtEnd(true);
  }, []);

  const release = useCallback(() => {
    sticks.current = false;
  }, []);

  const onScroll = useCallback(() => {
    const distance = gap(box.current);
    const moved = box.current.scrollTop - top.current;
    top.current = box.current.scrollTop;
    if (moved) sticks.current = sticksAfter({ sticks: sticks.current, moved, distance });
    setAtEnd(sticks.current || distance <= NEAR);
  }, []);

  // Whatever makes the content or the box another size (text, a diagram, the keyboard), the end stays in view.
  useEffect(() => {
    const follow = () => {
      if (!box.current) return;
      if (sticks.current) {
        box.current.scrollTop = box.current.scrollHeight;
        top.current = box.current.scrollTop;
      } else setAtEnd(gap(box.current) <= NEAR);
    };
    const watch = new ResizeObserver(follow);
    watch.observe(content.current);
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);

  const hold = useCallback(() => {
    if (sticks.current || !box.current) return;
    const edge = box.current.getBoundingClientRect().top;
    const row = [...box.current.querySelectorAll("[data-message]")].find((one) => one.getBoundingClientRect().bottom > edge);
    if (!row) return;
    box.current.style.overflowAnchor = "none"; // the browser's own anchoring would add to ours
    held.current = { row, at: row.getBoundingClientRect().top };
  }, []);

  // After every draw: rows that were put in front must not move what is read.
  useLayoutEffect(() => {
    if (!held.current) return;
    const { row, at } = held.current;
    held.current = null;
    if (row.isConnected) box.current.scrollTop += row.getBoundingClientRect().top - at;
    top.current = box.current.scrollTop;
    requestAnimationFrame(() => box.current && (box.current.style.overflowAnchor = ""));
  });

  return { box, content, atEnd, toEnd, release, hold, onScroll };
}
