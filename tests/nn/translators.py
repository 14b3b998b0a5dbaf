"""Networks that translate, with weights drawn at random: no Keras, and nothing is trained."""

import numpy as np

from rrn.nn.encoder_decoder import EncoderDecoder
from rrn.tasks.translation import Translation

GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def drawn(spec: Translation, source: int, target: int, seed: int = 0, spread: float = 0.7) -> EncoderDecoder:
    """A network of the spec over so many numbers on either side."""
    rng = np.random.default_rng(seed)
    units, wide = spec.units, spec.units * (1 if spec.attention == "none" else 2)
    sizes = {"embed/embeddings": (source, spec.embedding), "embed_target/embeddings": (target, spec.embedding)}
    for layer in range(1, spec.layers + 1):
        read = spec.embedding if layer == 1 else units
        ways = {"both": ("", "_back"), "forward": ("",), "backward": ("_back",)}[spec.reading]
        for way in ways:
            sizes |= _cell(spec, f"cell_{layer}{way}", read)
        sizes |= _cell(spec, f"decoder_{layer}", spec.embedding if layer == 1 else wide)
    match spec.attention:
        case "general":
            sizes["attention/kernel"] = (units, units)
        case "additive":
            sizes |= {"attention/query": (units, units), "attention/memory": (units, units)}
            sizes["attention/combine"] = (units,)
    sizes |= {"combine/kernel": (wide, spec.embedding), "combine/bias": (spec.embedding,)}
    return EncoderDecoder(spec, {name: rng.normal(0, spread, size) for name, size in sizes.items()})


def _cell(spec, name, read):
    gates = GATES[spec.cell] * spec.units
    bias = (2, gates) if spec.cell == "gru" else (gates,)
    return {f"{name}/kernel": (read, gates), f"{name}/recurrent_kernel": (spec.units, gates), f"{name}/bias": bias}
