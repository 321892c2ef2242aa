"""Where frames go: folders, tars and object stores, each frame whole or not at all."""
