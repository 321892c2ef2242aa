"""Scenes in Blender: one small builder per kind of thing."""
