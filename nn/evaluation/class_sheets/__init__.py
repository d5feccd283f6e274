"""Filled class sheets, written and photographed by a program, to measure on."""
