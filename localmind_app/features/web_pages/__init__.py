"""The web, read safely: searching it and reading single pages, both off until the owner switches them on.

Not here: crawling, scripts of pages, signing in anywhere, and what becomes of a page afterwards (see `knowledge`).
"""
