"""Headers, the API key, the rate limit."""
