// Stands for ui/web/i18n.jsx: English as it is, fields filled.
const fill = (sentence, params) => sentence.replace(/\{(\w+)\}/g, (whole, name) => (params && name in params ? String(params[name]) : whole));
export const useT = () => fill;
export const useTN = () => (one, other, n, params) => fill(n === 1 ? one : other, { n, ...params });
export const useLocale = () => "en";
