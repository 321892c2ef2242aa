"""Who is told of a run: the screen, a log of events, a metrics server."""
