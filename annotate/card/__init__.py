"""The card of a dataset or an export, README.md: what it shows, how it was made, whose it is, what it cannot say."""
