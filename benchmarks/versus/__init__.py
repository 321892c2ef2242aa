"""Longtail beside BlenderProc on the same scenes; `benchmarks/versus_blenderproc.py` runs it."""
