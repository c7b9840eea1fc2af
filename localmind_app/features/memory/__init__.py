"""What LocalMind knows about a person because they said it: facts with their source, recalled, corrected, forgotten.

Not here: the messages themselves, which chats keep whole, and documents, which are knowledge.
"""
