// Numbers, sizes and days as a language writes them; pure, so that Node can test it.
const UNITS = [
  [1e12, "terabyte"],
  [1e9, "gigabyte"],
  [1e6, "megabyte"],
  [1e3, "kilobyte"],
];

/** How one language writes figures: `number(value, digits)`, without decimals from 1,000 on, `size(bytes)` in powers of ten, `day(ms)` since 1970. */
export const figuresIn = (locale) => {
  const number = (given, digits = 0) => {
    const value = Number(given) || 0;
    const size = Math.abs(value);
    const notation = size >= 1e9 ? "scientific" : "standard"; // what nobody counts
    const shown = size >= 1000 && notation === "standard" ? 0 : digits;
    return new Intl.NumberFormat(locale, { maximumFractionDigits: shown, notation }).format(value);
  };
  const size = (bytes) => {
    const value = Number(bytes) || 0;
    const [scale, unit] = UNITS.find(([one]) => value >= one * 0.9995) ?? [1, "byte"]; // 999.9 MB is 1 GB, not 1,000 MB
    const shown = value / scale;
    const digits = scale < 1e9 || shown >= 100 ? 0 : 1;
    return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: digits }).format(shown);
  };
  const day = (ms) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(Number(ms) || 0);
  return { number, size, day };
};
