// A small chart of the last two minutes, drawn as SVG. Who cannot see it hears its newest, lowest and highest value.
import { useT } from "$/localmind/i18n";
import { series } from "./running_history.js";

const WIDTH = 240;
const HEIGHT = 56;

const pathOf = (line, top) => line.map(([x, value], n) => `${n ? "L" : "M"}${(x * WIDTH).toFixed(1)} ${(HEIGHT - (value / top) * (HEIGHT - 4)).toFixed(1)}`).join("");

/** `points` are those of running_history.js, `measure` names one of their values; `least` is the smallest full scale. */
export function Chart({ title, points, measure, now, least, format }) {
  const t = useT();
  const line = series(points, measure, now);
  const values = line.map(([, value]) => value);
  const highest = values.length ? Math.max(...values) : 0;
  const top = Math.max(highest * 1.1, least);
  const said = values.length
    ? t("{title}, last two minutes: now {now}, lowest {low}, highest {high}", { title, now: format(values[values.length - 1]), low: format(Math.min(...values)), high: format(highest) })
    : t("{title}: nothing measured yet", { title });
  const drawn = pathOf(line, top);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex justify-between gap-3 text-xs text-muted" aria-hidden="true">
        <span>{title}</span>
        <span className="tabular-nums">{values.length ? t("up to {value}", { value: format(highest) }) : ""}</span>
      </figcaption>
      <svg role="img" aria-label={said} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="block h-14 w-full overflow-visible rounded-sm bg-surface text-accent forced-color-adjust-auto">
        {line.length > 1 && <path d={`${drawn}L${(line[line.length - 1][0] * WIDTH).toFixed(1)} ${HEIGHT}L${(line[0][0] * WIDTH).toFixed(1)} ${HEIGHT}Z`} fill="currentColor" opacity="0.14" />}
        {line.length > 1 && <path d={drawn} fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />}
      </svg>
      <div className="mt-0.5 flex justify-between text-[0.6875rem] text-muted" aria-hidden="true">
        <span>{t("2 minutes ago")}</span>
        <span>{t("now")}</span>
      </div>
    </figure>
  );
}
