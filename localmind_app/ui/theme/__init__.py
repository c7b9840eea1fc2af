"""The visual language: colours, shape, type and time as CSS variables, and the choice between themes."""

from localmind_app.ui.theme.theme import THEMES, set_theme, tailwind_theme, theme_var

__all__ = ["THEMES", "set_theme", "tailwind_theme", "theme_var"]
