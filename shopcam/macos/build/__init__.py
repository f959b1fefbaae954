"""From the bundle to the product, on one Mac or on several."""
