"""Meshes, the solids that they are built of, and what their surfaces are made of."""
