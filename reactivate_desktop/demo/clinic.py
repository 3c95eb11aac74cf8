plan = None
