"""How evenly a dataset shows what it could show, and what would even it out."""
