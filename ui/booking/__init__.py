"""Booking an appointment: the panel that the queue and the record open, its free times, and typed ones."""
