"""How frames are made."""
