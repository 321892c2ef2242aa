"""A real dataset and one of ours joined to train on, with nothing but their pictures to tell them apart by."""
