"""What a Mac has: one module per fact, a command and the reading of it.

`command()` is what is run there, `parse(ran)` what its answer means; neither
does anything else. `gather` asks for all of them at once.
"""
