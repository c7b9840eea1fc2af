"""One folder per capability; `services.py` opens them together."""
