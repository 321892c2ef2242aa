"""What stands between a scene and its picture: the lens, the glass before it, the sensor behind."""
