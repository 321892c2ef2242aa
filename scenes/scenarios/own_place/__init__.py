"""A .blend of the user's as a scenario: what stays, what is swapped, where things may stand, and who looks at it."""
