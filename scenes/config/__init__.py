"""How a request is spelled in YAML, and what it means."""
