"""Servers that may answer for the local engine: the owner's list, every request to them, and who stands in for whom.

Not here: what the pages draw of them (`state.remote`, `page.remote`).
"""
