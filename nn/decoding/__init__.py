"""Picture files: untrusted bytes in, decoded pictures out."""
