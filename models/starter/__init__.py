"""The scripts that make ``starter.gguf``, the tiny model LocalMind starts with."""
