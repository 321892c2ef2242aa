"""Things on a table, in a bin or on a shelf, in a room: what robots that grasp are trained on."""
