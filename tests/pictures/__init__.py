"""Takes the pictures of every screen that docs/ shows."""
