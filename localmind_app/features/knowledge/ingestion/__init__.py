"""Taking documents in: a durable list of what is to be read, and the worker's thread that reads, embeds and stores it.

Not here: reading one file (`parsing/`), writing the index (`store`), noticing that files changed (`following/`).
"""
