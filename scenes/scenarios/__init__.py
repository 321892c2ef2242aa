"""The worlds that can be asked for: the table of scenarios, and a folder for each."""
