"""The product catalogue: Cdiscount's BSON, its splits, and a drawn one."""
