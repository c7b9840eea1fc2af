"""The vector index: Chroma, owned by one process of its own, so that nothing it does can take the product down.

`server` is that process, `client` the only door to it, `chroma` what it does, `folder` where and in what state its
files are, `probe` a look at files that may be damaged, from a process that may die of it. Nothing here is the only
copy of anything: vectors are in the database, and `store` makes the index again from there.
"""
