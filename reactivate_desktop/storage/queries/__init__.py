"""Selected columns into frozen rows, one module per noun."""
