"""Models of .sh3f packs: which are used, where they lie, what each is, and how its files are read."""
