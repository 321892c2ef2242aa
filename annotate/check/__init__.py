"""What must hold over a finished dataset, one subject a file."""
