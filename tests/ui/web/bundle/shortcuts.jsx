// Stands for ui/web/shortcuts.jsx: the handlers by id, for tests to run.
import { useEffect } from "react";
window.shortcuts = {};
export const useShortcut = (id, handler) => {
  useEffect(() => {
    window.shortcuts[id] = handler;
  });
};
