"""What a set is worth: a classifier is trained on it, tested on another, with few pictures of that one and without."""
