"""Embedding models through llama.cpp: the built-in MiniLM, and the child process that serves any of them."""
