// Numbers, sizes and days in the language that is shown. Python: ui/figures.py.
import { useMemo } from "react";
import { useLocale } from "$/localmind/i18n";
import { figuresIn } from "./figures_format.js";

/** Hook: `number(value, digits)`, `size(bytes)` and `day(ms)` of the language that is shown. */
export const useFigures = () => {
  const locale = useLocale();
  return useMemo(() => figuresIn(locale), [locale]);
};
