"""Bytes on disk that people brought: blobs named by their content, what they are, whether there is room.

Not here: whose they are and what they are called (`features.files`).
"""
