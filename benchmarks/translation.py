"""How well and how fast a shipped model translates: on the pairs that it was measured on, never trained on.

    python benchmarks/translation.py en-es PAIRS.tsv.gz > table.md

Prints Markdown for the model's card: BLEU and chrF by beam and by length, and the time of a sentence on one core.
"""

import argparse
import gzip
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # as in the resident worker

sys.path.insert(0, str(Path(__file__).parents[1]))

from rrn import shipped  # noqa: E402
from rrn.data import pairs as table  # noqa: E402
from rrn.recipes.translation import opened, overlap  # noqa: E402

BEAMS = (1, 2, 4, 8)
NORMALS = (0.0, 0.6, 1.0)
LENGTHS = ((1, 4), (5, 7), (8, 10), (11, 15), (16, 99))
TIMED = 60  # sentences of about ten words


def held_out(spec, path: Path) -> dict[str, list[str]]:
    """Every sentence that was held out, with all its right translations."""
    raw = path.read_bytes()
    rows = table.rows((gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode())
    rows = table.directed(rows, spec.direction)
    return table.references(table.split(rows, spec.hold_out, spec.seed)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--quick", action="store_true", help="one beam only")
    asked = parser.parse_args()
    model = shipped.open(asked.model)
    interpreter = opened(model.spec, model.weights(), model.kept)
    right = held_out(model.spec, asked.pairs)
    lines, goods = list(right), list(right.values())

    def said(beam: int, normal: float) -> tuple[list[str], float]:
        began = time.perf_counter()
        found = interpreter.translate(lines, beam=beam, normal=normal)
        return [line.text for line in found], len(lines) / (time.perf_counter() - began)

    print(f"{len(lines)} held-out sentences with {sum(map(len, goods))} right translations; lower-cased\n")
    print("| beam | length | BLEU | chrF | sentences/s |\n| --: | --: | --: | --: | --: |")
    best, texts = (-1.0, 4, 1.0), []
    for beam in (4,) if asked.quick else BEAMS:
        for normal in (1.0,) if asked.quick or beam == 1 else NORMALS:
            written, speed = said(beam, normal)
            scores = overlap(written, goods)
            print(f"| {beam} | {normal:g} | {scores['bleu']:.2f} | {scores['chrf']:.2f} | {speed:.0f} |", flush=True)
            if scores["bleu"] > best[0]:
                best, texts = (scores["bleu"], beam, normal), written
    print(f"\nBest: beam {best[1]}, length {best[2]:g}. By length, with it:\n")
    print("| words | sentences | BLEU | chrF |\n| --- | --: | --: | --: |")
    for low, high in LENGTHS:
        here = [n for n, line in enumerate(lines) if low <= len(line.split()) <= high]
        if here:
            scores = overlap([texts[n] for n in here], [goods[n] for n in here])
            print(f"| {low}–{high} | {len(here)} | {scores['bleu']:.1f} | {scores['chrf']:.1f} |")
    ten = [line for line in lines if 9 <= len(line.split()) <= 11][:TIMED]
    print("\n| one sentence of about 10 words, one core | ms, median |\n| --- | --: |")
    for beam in (1, 4):
        spent = []
        for line in ten:
            began = time.perf_counter()
            interpreter.translate([line], beam=beam, normal=1.0)
            spent.append(1000 * (time.perf_counter() - began))
        print(f"| beam {beam} | {median(spent):.0f} |")
    print("\n" + json.dumps({"model": asked.model, "bleu": best[0], "beam": best[1], "normal": best[2]}))
    for n in range(0, len(lines), max(1, len(lines) // 12)):
        print(f"<!-- {lines[n]} => {texts[n]} | {goods[n][0]} -->")


if __name__ == "__main__":
    main()
