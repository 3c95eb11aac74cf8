"""Set-based writes of incoming rows: a chunk of a file is one transaction of a few statements."""
