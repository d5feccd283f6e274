"""What operators are told: logs and metrics."""
