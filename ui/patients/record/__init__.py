"""One patient's record: head, consent strip, tabs, and the cards beside them."""
