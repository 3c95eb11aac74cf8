"""Plans and payment through Stripe."""
