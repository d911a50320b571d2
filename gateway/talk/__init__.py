"""What everyone who speaks with a patient shares: the scene of a turn, its rows, and telling a coordinator."""
