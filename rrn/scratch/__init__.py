"""Recurrent networks by hand: forward with every gate kept, backward with every local gradient kept. NumPy alone.

Arrays are (batch, time, features). Weights are dicts by the letters of the formulas: Wx, Wh, b.
"""
