"""LiDARs: what they are, and how a config asks for them."""
