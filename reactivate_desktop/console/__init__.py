"""The reactivate commands, one file per group, thin over services."""
