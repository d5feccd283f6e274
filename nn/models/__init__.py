"""Trained networks: their architectures, their files, and how they predict."""
