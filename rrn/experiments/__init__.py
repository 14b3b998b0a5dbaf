"""What is tried without training: settings in, everything that happens in a network of random weights out. NumPy alone.

One file per experiment: a frozen `Settings` with the ranges of its sliders, and `run`.
"""
