// What every row of a thread shares: its store and its commands. The value never changes, so rows stay memoised.
import { createContext, useContext, useSyncExternalStore } from "react";

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
