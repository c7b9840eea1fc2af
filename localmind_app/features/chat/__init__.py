"""Conversations: a tree of messages, answers that stream and survive, and the journal behind both.

Not here: what a model is (engine), documents and memory (later features).
"""
