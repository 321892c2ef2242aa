"""A warehouse: racks, loads, trucks and people in a hall, as mobile robots and forklifts see it."""
