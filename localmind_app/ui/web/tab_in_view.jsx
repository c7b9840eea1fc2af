// A row of tabs that is wider than a phone: the open one is moved into sight, however it was opened.
import { useEffect } from "react";

export function TabInView({ value }) {
  useEffect(() => {
    document.querySelectorAll('[role="tab"][data-state="active"]').forEach((tab) => tab.scrollIntoView({ block: "nearest", inline: "center" }));
  }, [value]);
  return null;
}
