"""What a gate decides from what was answered: no connection is opened here."""
