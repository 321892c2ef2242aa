"""Streets of a town and roads outside of one, seen from behind a windscreen."""
