// Stands for ui/web/toast.jsx: remembers what was said.
window.toasts = [];
export const toast = (notice) => window.toasts.push(notice);
