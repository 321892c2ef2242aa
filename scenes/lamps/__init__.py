"""Which lamp sends how much light where."""
