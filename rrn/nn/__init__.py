"""Keras parts: cells, training, inspection. The worker side only."""
