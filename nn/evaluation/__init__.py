"""What measures; nothing that trains imports it."""
