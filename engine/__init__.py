"""The arithmetic of Downhill: formulas, surfaces, optimizers, and the step that they share."""
