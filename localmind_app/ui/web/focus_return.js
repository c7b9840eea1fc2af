// Gives the focus back when a dialog closes that was not opened by a trigger of its own: by a shortcut, by name, by a
// state. Used as the dialog's onOpenAutoFocus and onCloseAutoFocus. A stack, because dialogs can lie on each other.
const before = [];

// A menu is gone when the dialog closes; its button is what the person came from.
const origin = (element) => {
  const menu = element?.closest?.('[role="menu"]');
  return menu ? document.getElementById(menu.getAttribute("aria-labelledby")) : element;
};

export const rememberFocus = () => {
  before.push(origin(document.activeElement));
};

export const returnFocus = (event) => {
  const element = before.pop();
  if (!element?.isConnected || element === document.body) return; // then the dialog's own way
  event.preventDefault();
  element.focus();
};
