// The parts of what an answer was given, with their tokens, for the bar of the context view. Pure.

const sum = (entries) => entries.reduce((total, one) => total + one.tokens, 0);

/**
 * [{kind, tokens}] of what is in the context, in the order it was sent: system, memories, passages, messages, format (what
 * the model's template and our own instructions add), answer. Parts of nothing are left out.
 */
export function partsOf(given) {
  const messages = sum(given.messages.filter((one) => !one.left_out));
  const parts = [
    { kind: "system", tokens: given.system?.tokens ?? 0 },
    { kind: "memories", tokens: given.memory_tokens },
    { kind: "passages", tokens: sum(given.passages) },
    { kind: "messages", tokens: messages },
  ];
  const known = sum(parts);
  if (typeof given.read === "number" && given.read > known) parts.push({ kind: "format", tokens: given.read - known });
  parts.push({ kind: "answer", tokens: given.answer ?? 0 });
  return parts.filter((part) => part.tokens > 0);
}

/** The width of each part in percent of the whole context, or of what is there where its size is unknown. */
export function widthsOf(parts, size) {
  const whole = Math.max(size || 0, sum(parts), 1);
  return parts.map((part) => ({ ...part, percent: (100 * part.tokens) / whole }));
}
