"""Many requests in one file, answered while nobody else needs the machine: OpenAI's Files and Batches.

Not here: files for anything but batches.
"""
