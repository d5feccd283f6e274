"""Pages of numbers, written and photographed by a program, to measure on."""
