"""Providers that carry messages: Twilio, mail, Meta."""
