"""Work on model files: quantise, importance matrix, prune, convert, perplexity, benchmark. Each runs in a child."""
