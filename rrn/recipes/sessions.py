"""Listening sessions in Keras: remember, then recommend."""

from rrn.nn.sequences import recipe
from rrn.tasks import sessions

build, run = recipe(sessions)
