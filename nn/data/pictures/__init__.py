"""Labelled pictures of one's own: folders, tables, archives and idx files."""
