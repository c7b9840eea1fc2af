"""The edge: one guard in front of everything, sign-in, the public API, and the process that serves them."""
