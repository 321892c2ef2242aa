"""How things come to rest: rigid bodies dropped on fixed supports, and the exact distances between their meshes."""
