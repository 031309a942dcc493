"""The Train page: its training, its controls, and the two halves of its component."""
