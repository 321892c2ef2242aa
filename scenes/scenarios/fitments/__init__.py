"""What rooms and halls are fitted out with: along their walls, on them, and the rug beneath a table."""
