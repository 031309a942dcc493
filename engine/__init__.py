"""The arithmetic of Downhill: landscapes, optimizers, networks, and the step they share."""
