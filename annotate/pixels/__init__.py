"""What a picture is, whatever it shows: light, colour, sharpness, noise, and what of them a classifier may go by."""
