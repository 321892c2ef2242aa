"""Datasets as programs read them: frames as arrays, read when they are asked for, and handed on to other libraries."""
