"""A page on which a person looks through frames and decides on them, served to this machine alone."""
