// What the loaded models did in the last two minutes, gathered from counters; pure, so that Node can test it.

/** Milliseconds that a chart shows. */
export const SPAN = 120_000;

const speedOf = (before, model, now) => {
  if (!before || before.model.start !== model.start || model.decoded_tokens == null) return null;
  const seconds = (now - before.at) / 1000;
  return seconds > 0 ? Math.max(0, (model.decoded_tokens - before.model.decoded_tokens) / seconds) : null;
};

/** The history after one more answer at `now` (ms): [{model, at, points: [{at, speed, memory}]}]; speed in tokens/s,
 *  null where it cannot be known yet. Models that are gone leave it. */
export function advance(history, models, now) {
  return models.map((model) => {
    const before = history.find((one) => one.model.id === model.id);
    const point = { at: now, speed: speedOf(before, model, now), memory: model.memory };
    const kept = (before?.points ?? []).filter((one) => now - one.at <= SPAN);
    return { model, at: now, points: [...kept, point] };
  });
}

/** The points of one measure as [x from 0 to 1, value]; x is 1 now and 0 two minutes ago. */
export const series = (points, name, now) =>
  points.filter((one) => one[name] !== null).map((one) => [Math.max(0, 1 - (now - one.at) / SPAN), one[name]]);
