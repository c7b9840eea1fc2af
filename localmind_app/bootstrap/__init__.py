"""From a bare Python to a LocalMind that runs: packages, system tools, frontend. Standard library only.

A step is done once and again when what it was made from changes; whatever interrupts it, the next run repairs it.
"""
