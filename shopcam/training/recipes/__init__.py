"""Training recipes as lab notes, one module each; a card names its module."""
