"""How a street moves: who drives and walks where, how fast, and that none of them meets."""
