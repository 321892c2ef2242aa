"""What a run will take, before it begins: time, memory, disk."""
