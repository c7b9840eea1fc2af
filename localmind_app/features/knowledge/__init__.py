"""Knowledge: documents are cut into chunks, indexed by meaning and by word, and found again with their place.

Not here: reading files (`parsing/`) and answering from what was found (chat).
"""
