"""The arithmetic of Downhill: formulas, surfaces, optimizers and the step they share. NumPy only."""
