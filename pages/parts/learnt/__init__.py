"""The Python halves of the page What did it learn?, a module for each thing it does."""
