"""Models of Sweet Home 3D's packs: how they are found, read, measured and made assets."""
