"""Who makes the frames: processes here or on a cluster, and the supervisor that outlives them."""
