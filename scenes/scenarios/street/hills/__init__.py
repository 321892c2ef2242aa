"""Streets that climb: how the ground rises under them, and how all that stands there sits on it."""
