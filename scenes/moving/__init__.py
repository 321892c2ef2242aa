"""How things move: along paths of arcs, at speeds over time. Pure functions of time since the scene's own."""
