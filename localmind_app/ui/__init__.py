"""What pages are made of: theme, shell, kit, translations, shortcuts, and the only JavaScript (`web/`).

Knows nothing of features: a page hands in its content, its handlers and its translated words.
"""
