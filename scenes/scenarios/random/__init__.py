"""Randomised domains: things of any kind in the air, before anything, in any light."""
