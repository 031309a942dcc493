"""What the pages that look into a network are made of."""
