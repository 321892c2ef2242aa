"""What a LiDAR makes of what its rays meet: pulses there and back, and points."""
