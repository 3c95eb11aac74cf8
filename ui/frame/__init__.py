"""What stands around the tabs: rail, status strip, sign-in, command palette and the small sheets."""
