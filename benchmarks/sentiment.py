"""How well and how fast a strong model judges: on the texts that it was measured on, never trained on.

    python benchmarks/sentiment.py critic-es > table.md
    python benchmarks/sentiment.py critic-en --ratings RATINGS.tsv.gz > table.md

Prints Markdown for the model's card: accuracy by kind of text beside a bag of words and a linear model that learned
from the same, calibration, and the time of a text on one core.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # as in the resident worker

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np  # noqa: E402

from rrn import shipped  # noqa: E402
from rrn.data import labelled, linear, reviews  # noqa: E402
from rrn.nn.reader import chance  # noqa: E402
from rrn.recipes.sentiment import opened  # noqa: E402
from rrn.shell import file, teach  # noqa: E402
from rrn.tasks import sentiment as task  # noqa: E402

TIMED = 60  # texts
SHORT, LONG = 8, 16  # words


def spanish(spec):
    """(learned from, held out, the domain of each held-out text)"""
    kinds = [line.split("\t")[1] for line in (reviews.FOLDER / "es-held-out.tsv").read_text("utf-8").splitlines()]
    return reviews.seen(), reviews.unseen(), kinds


def english(spec, path: str):
    text = file.read(path).data.decode()
    seen, table, _ = teach.rated(text, spec)
    rows = labelled.labelled(labelled.rows(table))
    kind_of = {" ".join(row[3].split()): row[0] for row in (line.split("\t") for line in text.splitlines())}
    held = labelled.split(rows, spec.hold_out, spec.seed, labelled.documents(table))[1]
    return seen, held, [kind_of[one.text] for one in held]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--ratings")
    asked = parser.parse_args()
    model = shipped.open(asked.model)
    critic = opened(model.spec, model.weights(), model.kept)
    seen, held, kinds = english(model.spec, asked.ratings) if asked.ratings else spanish(model.spec)
    texts, shares = [one.text for one in held], np.array([one.share for one in held])

    began = time.perf_counter()
    judged = critic.judge(texts)
    speed = len(texts) / (time.perf_counter() - began)
    said = {
        "network · red": chance([one.network for one in judged]),
        "bag of words · bolsa de palabras": chance([one.bag for one in judged]),
        "words and letters, linear · palabras y letras, lineal": chance(
            linear.fitted([one.text for one in seen], [one.share for one in seen])(texts)
        ),
    }
    right = {name: task.right(p, shares) for name, p in said.items()}
    length = np.array([one.words for one in judged])
    groups = {"all · todos": np.ones(len(texts), bool)}
    groups |= {kind: np.array([k == kind for k in kinds]) for kind in sorted(set(kinds), key=kinds.count, reverse=True)}
    groups |= {f"up to {SHORT} words · hasta {SHORT} palabras": length <= SHORT,
               f"{LONG} words and more · {LONG} palabras o más": length >= LONG}  # fmt: skip
    print("| texts never learned from · textos de los que no aprendió | n |", " | ".join(said), "|")
    print("| --- | --: |" + " --: |" * len(said))
    for name, here in groups.items():
        if here.sum() >= 12:
            print(f"| {name} | {here.sum()} |", " | ".join(f"{hits[here].mean():.3f}" for hits in right.values()), "|")
    error = " | ".join(f"{task.calibration_error(p, shares):.3f}" for p in said.values())
    print(f"| calibration error (ECE) · error de calibración | {len(texts)} | {error} |")
    network = said["network · red"]
    told = np.maximum(network, 1 - network)
    print("\n| probability told · probabilidad que dice | n | right · aciertos |\n| --- | --: | --: |")
    for low in (0.5, 0.6, 0.7, 0.8, 0.9):
        here = (told >= low) & (told < low + 0.1 + (low > 0.85))
        if here.any():
            hits = right["network · red"][here].mean()
            print(f"| {low:.1f}–{low + 0.1:.1f} (mean · media {told[here].mean():.2f}) | {here.sum()} | {hits:.2f} |")
    spent = []
    for text in texts[:TIMED]:
        began = time.perf_counter()
        critic.judge([text])
        spent.append(1000 * (time.perf_counter() - began))
    ms = f"{median(spent):.1f} ms"
    print(f"\nOne text, one core: {ms}, median of {len(spent)}; together {speed:.0f} a second. · "
          f"Un texto, un núcleo: {ms}, mediana de {len(spent)}; juntos, {speed:.0f} por segundo.")  # fmt: skip
    wrong = [n for n in range(len(texts)) if not right["network · red"][n]]
    for n in wrong[:: max(1, len(wrong) // 12)]:
        print(f"<!-- wrong, {network[n]:.2f}: {texts[n]} -->")


if __name__ == "__main__":
    main()
