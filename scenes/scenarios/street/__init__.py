"""An urban street seen from behind a windscreen."""
