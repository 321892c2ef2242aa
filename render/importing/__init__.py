"""From a file that somebody made anywhere to a model of the library: found, read, guessed at, checked, fitted, kept."""
