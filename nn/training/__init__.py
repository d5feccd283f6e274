"""What trains the networks."""
