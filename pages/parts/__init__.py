"""What the pages are put together from: the stage, its scene, its address, and the controls."""
