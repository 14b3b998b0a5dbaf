"""Copy memory in Keras: remember, then answer."""

from rrn.nn.sequences import recipe
from rrn.tasks import copy_memory

build, run = recipe(copy_memory)
