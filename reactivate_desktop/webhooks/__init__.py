"""The receiver for notices from outside: verify, store once, answer."""
