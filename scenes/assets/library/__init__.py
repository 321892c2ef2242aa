"""The user's library: models of their own, imported once by `longtail assets add`, kept as arrays by their content."""
