"""Roads outside towns: rural roads and motorways, what lies and stands beside them, and who drives there."""
