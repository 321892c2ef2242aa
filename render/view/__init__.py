"""What a rendered view tells: how much air lies before each pixel, what is hidden, whether it is sound."""
