"""The user's labelled pictures: folders, tables and archives."""
