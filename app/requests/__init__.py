"""Untrusted bytes to safe pictures."""
