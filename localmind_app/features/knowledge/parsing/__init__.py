"""Files of any format read into one kind of document, in child processes that nothing hostile gets out of.

Not here: storing files (core/files), cutting documents into chunks and searching them (features/knowledge).
"""
