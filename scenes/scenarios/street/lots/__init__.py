"""Parking lots beside a street: where they lie, what they are made of, and who is there."""
