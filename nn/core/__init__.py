"""The network: layers, losses, optimizers, in numpy alone."""
