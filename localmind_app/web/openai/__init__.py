"""The OpenAI-compatible API at /v1: keys with scopes and limits outside, the engine's own protocol inside."""
