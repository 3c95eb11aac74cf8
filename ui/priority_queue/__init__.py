"""The priority queue: whom to contact next and why, and what came of it."""
