"""How the values of a scene are spelled as JSON, and read back."""
