"""The parts pages are made of: pure functions, keyword-only, with words handed in already translated.

Every part can be used by keyboard and screen reader, in every theme; `ui/gallery.py` shows each in each state.
"""

from localmind_app.ui.kit.alert_dialog import alert_dialog
from localmind_app.ui.kit.avatar import avatar
from localmind_app.ui.kit.badge import badge
from localmind_app.ui.kit.button import button, link_button
from localmind_app.ui.kit.command_palette import PaletteItem, command_palette
from localmind_app.ui.kit.context_meter import context_meter
from localmind_app.ui.kit.dialog import dialog, dialog_close, dialog_trigger
from localmind_app.ui.kit.disclosure import closes, follows, is_open, opens, toggles
from localmind_app.ui.kit.empty_state import empty_state
from localmind_app.ui.kit.field import field, text_field
from localmind_app.ui.kit.icon import icon
from localmind_app.ui.kit.icon_button import icon_button
from localmind_app.ui.kit.kbd import kbd
from localmind_app.ui.kit.menu import menu, menu_choice, menu_item, menu_label, menu_separator, more_menu
from localmind_app.ui.kit.progress import progress
from localmind_app.ui.kit.select import select
from localmind_app.ui.kit.sheet import sheet
from localmind_app.ui.kit.skeleton import skeleton
from localmind_app.ui.kit.slider import slider
from localmind_app.ui.kit.spinner import spinner
from localmind_app.ui.kit.switch import switch
from localmind_app.ui.kit.tabs import tabs
from localmind_app.ui.kit.textarea import textarea
from localmind_app.ui.kit.toast import Notice, shows_toast, toaster
from localmind_app.ui.kit.tooltip import tip

__all__ = [
    "Notice",
    "PaletteItem",
    "alert_dialog",
    "avatar",
    "badge",
    "button",
    "closes",
    "command_palette",
    "context_meter",
    "dialog",
    "dialog_close",
    "dialog_trigger",
    "empty_state",
    "field",
    "follows",
    "icon",
    "icon_button",
    "is_open",
    "kbd",
    "link_button",
    "menu",
    "menu_choice",
    "menu_item",
    "menu_label",
    "menu_separator",
    "more_menu",
    "opens",
    "progress",
    "select",
    "sheet",
    "shows_toast",
    "skeleton",
    "slider",
    "spinner",
    "switch",
    "tabs",
    "text_field",
    "textarea",
    "tip",
    "toaster",
    "toggles",
]
