"""What may vary in a world, and what that world forbids."""
