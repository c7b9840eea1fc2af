// What every row of a thread shares: its store and its commands. The value never changes, so rows stay memoised.
import { createContext, useContext, useSyncExternalStore } from "react";
import { streamingOf } from "./thread_messages.js";

export const ThreadContext = createContext(null);

export const useThread = () => useContext(ThreadContext);

const none = () => null;

/** The live text of a message, or null while it is not being written. */
export function useLive(id) {
  const { store } = useThread();
  const read = () => (store.getLive()?.id === id ? store.getLive() : null);
  return useSyncExternalStore(store.subscribeLive, read, none);
}

/** How far the answer is before its first word: {stage, position, progress}, or null. */
export function useStage(wanted) {
  const { store } = useThread();
  const read = () => (wanted ? store.getState().stage : null);
  return useSyncExternalStore(store.subscribe, read, none);
}

/** Whether the answer to this message waits until its files are read. */
export function useReading(id) {
  const { store } = useThread();
  const read = () => {
    const { stage, messages } = store.getState();
    return stage?.stage === "reading" && streamingOf(messages)?.parent === id;
  };
  return useSyncExternalStore(store.subscribe, read, () => false);
}
