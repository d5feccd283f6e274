"""From a picture to an answer; only here is nn imported."""
