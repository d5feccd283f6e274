"""The user's labelled pictures: folders, tables, archives and idx files."""
