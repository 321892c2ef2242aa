"""Roundabouts: the ring as numbers and shapes, what it is made of, the ways through it, and who and what is there."""
