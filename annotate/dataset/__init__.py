"""A dataset's files: how a frame is written, read back, listed, merged and moved."""
