"""Blender in one process: devices, engines, and the session that exposes scenes."""
