"""Streets that are shared with bicycles and trams: lanes, rails and wires, and who is on them."""
