"""What a world is: which values it may have, how they are drawn, and the scene that they make."""
