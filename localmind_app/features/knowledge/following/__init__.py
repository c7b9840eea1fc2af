"""Collections that follow a folder of this machine: what is new, changed or gone there follows by itself."""
