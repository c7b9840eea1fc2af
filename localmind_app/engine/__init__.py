"""The inference layer: a process that speaks the OpenAI HTTP protocol and runs each model in a child of its own.

It knows no feature and no user interface; the rest of the house talks to it through `engine.client` only.
"""
