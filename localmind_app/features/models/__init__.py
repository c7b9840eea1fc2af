"""Which models there are. Not here yet: catalogue, download, quantisation."""
