"""OpenAI's Responses API over chat completions: text and calls of functions, kept so that a later one can follow.

Not here: images, tools that the server runs itself, background responses, conversations.
"""
