"""Mac hosts: reached over SSH, checked, fed with the bundle, set to work.

A program that is to run there is a `Command`; a `Machine` runs it.
"""
