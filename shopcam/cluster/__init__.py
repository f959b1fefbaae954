"""Training on several hosts: reached over SSH, compared, set to work.

`train` begins it, `follow` shows it, `attach` comes back to it. What a host
is asked runs there as a program of its own (`probe`, `meeting`).
"""
