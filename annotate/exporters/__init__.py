"""Datasets in the formats of other tools: one pure file each, one line in `EXPORTERS`."""
