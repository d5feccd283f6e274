"""Any picture to the digits in it."""
