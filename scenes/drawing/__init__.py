"""Which numbers each scene gets: sequences, correlations, quotas, requirements, and the plan of pictures."""
