"""From radiance to the picture that a camera in that weather would have taken."""
