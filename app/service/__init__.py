"""From a picture to an answer; only this folder imports nn."""
