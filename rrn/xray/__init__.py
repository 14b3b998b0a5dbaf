"""The X-ray: a run that was trained, opened while it reads. NumPy alone, in the web process, while a slider moves.

A specimen is what is read; a look is everything that happened inside while it was.
"""
