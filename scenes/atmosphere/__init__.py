"""Sun, moon, sky and air, in photometric units."""
