"""Can a person tell our pictures from real ones? A page that shows both and counts the guesses."""
