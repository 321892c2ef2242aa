"""What stands along a room's walls and hangs on them, and the rug beneath the table."""
