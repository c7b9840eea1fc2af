// What is said about a document: its state, its kind, and why it could not be read.
import { mark } from "$/localmind/i18n";

export const STATES = {
  queued: mark("Waiting"),
  parsing: mark("Being read"),
  embedding: mark("Being indexed"),
  storing: mark("Being saved"),
  ready: mark("Ready"),
  failed: mark("Could not be read"),
  cancelled: mark("Stopped"),
};

/** {template, params} of an error as the server keeps it; null for none. */
export function reason(error) {
  const inside = error?.error ?? error;
  const template = inside?.template ?? inside?.message;
  return template ? { template, params: inside.params ?? undefined } : null;
}
