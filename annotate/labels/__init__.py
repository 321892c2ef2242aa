"""What is true in one frame: who owns which pixel, boxes, visibility, what nobody could annotate."""
