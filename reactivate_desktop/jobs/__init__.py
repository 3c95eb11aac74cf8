"""What runs long or again and again: leases, leaders, the worker loop."""
