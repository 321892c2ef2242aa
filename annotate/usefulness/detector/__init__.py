"""A small detector that is trained from scratch where PyTorch is installed: what it is shown, finds and misses."""
