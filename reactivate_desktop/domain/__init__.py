"""Words, frozen values and rules of the clinic's front desk: no I/O."""
