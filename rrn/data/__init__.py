"""Texts, vocabularies, windows and splits. NumPy only."""
