"""A dataset beside reality: the same properties of both, how far apart they are, and whether anybody can tell."""
