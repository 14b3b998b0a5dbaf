"""Sentiment in Keras: a table of words, recurrent layers that read them in order, two classes at the end."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np

from rrn.data import bag as bags
from rrn.data import labelled, messages, opinions, reviews, wording
from rrn.data.bag import Bag
from rrn.data.disguise import MEASURED, SHARES, disguised
from rrn.data.labelled import Labelled
from rrn.data.pairs import bare
from rrn.data.wording import Wording
from rrn.events import Captured, Emit, Event, Kept, Listed, Measured
from rrn.nn import next_word, probe
from rrn.nn import weights as named
from rrn.nn.cells import recurrent
from rrn.nn.critic import Critic, Explained, Judged
from rrn.nn.fit import fit
from rrn.nn.reader import chance
from rrn.nn.word_table import WordTable
from rrn.spec import Refused
from rrn.tasks import sentiment as task
from rrn.tasks.sentiment import Explain, Judge, Sentiment

NOBODY_SAYS = 0.5  # share of a text that has no label
ODD = 150  # negative texts at most that are written with odd letters
AT_ONCE = 2048  # lines that are answered before the next are read


@dataclass(frozen=True, eq=False)
class Material:
    """What a run learns from and is measured on.

    Args:
        seen: texts to learn from.
        unlabelled: texts of which nobody says to which class they belong, by a share of one half.
        tested: texts that are held out.
        ordered: of each of those, whether other texts of the same words say the opposite.
        negated: texts without a "no", and the same with one, that says the opposite.
        names: of the negative and the positive class.
    """

    words: Wording
    seen: list[Labelled]
    unlabelled: list[str]
    tested: list[Labelled]
    ordered: list[bool]
    negated: list[tuple[str, str]]
    names: tuple[str, str]


def material(spec: Sentiment, given) -> Material:
    """Make or read the texts; what words there are is learned from those alone that are learned from."""
    seen, tested, ordered, negated, names = _texts(spec, given)
    seen = seen + _also(spec, given, tested)
    spelled = spec.reads == "letters"
    if task.generated(spec) and not spelled:
        known = opinions.words(task.RULES[spec.texts])
        words = Wording(known, len(known))
    else:
        rows = task.CHARACTERS if spelled else spec.words
        grams = 0 if spelled else spec.grams
        words = wording.learned(dressed(seen, spec, np.random.default_rng([spec.seed, 7])), rows, grams=grams,
                                spelled=spelled)  # fmt: skip
    unlabelled = [text for share, text in seen if share == NOBODY_SAYS]
    seen = [one for one in seen if one.share != NOBODY_SAYS]
    return Material(words, seen, unlabelled, tested, ordered, negated, names)


def _texts(spec, given):
    held = task.unseen(spec)
    tested, ordered = [one for one, _ in held], [is_so for _, is_so in held]
    if task.generated(spec):
        language, rng = task.RULES[spec.texts], np.random.default_rng(spec.seed)
        learned = opinions.several(language, task.EXAMPLES, rng, unseen=False)
        seen = [Labelled(float(one.positive), one.text) for one in learned]
        negated = opinions.negated(opinions.unseen(language, task.UNSEEN, spec.seed), language)
        return seen, tested, ordered, negated, labelled.NAMES
    if spec.texts in task.MESSAGES:
        return task.sent(spec, np.random.default_rng(spec.seed)), tested, ordered, [], messages.KINDS
    if spec.texts in task.WRITTEN:
        return reviews.seen(), tested, ordered, [], labelled.NAMES
    table, names = _table(spec.texts, spec.lines, given)
    seen, tested = task.parted(spec, table)
    return seen, tested, [False] * len(tested), [], names


def _also(spec, given, tested) -> list[Labelled]:
    """The second table, without what is measured on."""
    if spec.also == "none":
        return []
    held = {bare(text) or text for _, text in tested}
    texts = labelled.labelled(labelled.rows(_table(spec.also, spec.more, given)[0]))
    return [one for one in texts if (bare(one.text) or one.text) not in held]


def _table(name, lines, given) -> tuple[str, tuple[str, str]]:
    table = given.bytes(name).decode()
    found = labelled.rows(table)
    names = labelled.names([label for label, _ in found])
    if len(found) != lines or names is None:
        raise Refused("wrong_size", symbols=lines, characters=len(found))
    return table, names


def dressed(seen: Sequence[Labelled], spec: Sentiment, rng: np.random.Generator) -> list[str]:
    """The texts as they are learned from: in each one that is masked up to a share of its letters is disguised."""
    if spec.masked == "none":
        return [text for _, text in seen]
    masked = [spec.masked == "all" or share >= 0.5 for share, _ in seen]
    shares = spec.disguise * rng.random(len(seen))
    return [disguised(text, share, rng) if is_so else text
            for (_, text), share, is_so in zip(seen, shares, masked, strict=True)]  # fmt: skip


def build(spec: Sentiment) -> keras.Model:
    """A model from (batch, steps, parts) numbers to (batch, 2) logits: of what was read up to the last word."""
    rows, parts, _, steps = task.sizes(spec)
    given = keras.Input((steps, parts), dtype="int32", name="words")
    layers = [recurrent(spec.cell, spec.units, name=f"cell_{n}") for n in range(1, spec.layers + 1)]
    x = read(given, WordTable(rows, spec.embedding, spec.hidden, name="embed"), layers, spec.dropout)
    # The state goes unchanged through padding, so the last step has it as the last word left it.
    x = keras.layers.Dropout(spec.dropout)(x[:, -1])
    return keras.Model(given, keras.layers.Dense(task.OUTPUTS, name="out")(x))


def read(numbers, table: WordTable, layers: Sequence[keras.layers.Layer], dropout: float):
    """(batch, steps, units): the state after every word; padding leaves it as it is."""
    keep = keras.ops.any(keras.ops.not_equal(numbers, wording.PAD), axis=2)
    drop = keras.layers.SpatialDropout1D(dropout)
    x = table(numbers)
    for layer in layers:
        x = layer(drop(x), mask=keep)
    return x


class Texts(keras.utils.PyDataset):
    """Every text once an epoch, in an order drawn anew; so are disguises."""

    def __init__(self, what: Material, spec: Sentiment):
        super().__init__()
        self.what, self.spec, self.rng = what, spec, np.random.default_rng(spec.seed)
        self.shares = np.array([share for share, _ in what.seen], np.float32)
        self.steps = task.sizes(spec)[3]
        self.read: list[list[str]] = []
        self._draw()

    def _draw(self):
        count = len(self) * self.spec.batch  # the last batch is filled up
        self.order = np.resize(self.rng.permutation(len(self.shares)), count)
        if not self.read or self.spec.masked != "none":
            self.read = [self.what.words.read(text) for text in dressed(self.what.seen, self.spec, self.rng)]
        self.worn = False

    def on_epoch_end(self):
        self.worn = True  # drawn when they are wanted: after the last epoch none are

    def __len__(self):
        return -(-len(self.shares) // self.spec.batch)

    def __getitem__(self, n):
        if self.worn:
            self._draw()
        rows = self.order[n * self.spec.batch : (n + 1) * self.spec.batch]
        wanted = self.shares[rows]
        return self.what.words.encode([self.read[row] for row in rows], self.steps), np.stack([1 - wanted, wanted], 1)


def run(spec: Sentiment, emit: Emit, given) -> keras.Model:
    """Train, telling at every epoch how texts that were not learned from are judged, beside what a bag of words makes
    of them.
    """
    what = material(spec, given)
    data = Texts(what, spec)
    once = dressed(what.seen, spec, np.random.default_rng([spec.seed, 7]))
    bag = bags.fitted([_bagged(text) for text in once], [share for share, _ in what.seen])
    emit(Kept("wording", what.words.to_bytes()))
    emit(Kept("bag", bag.to_bytes()))
    emit(Kept("names", json.dumps(what.names, ensure_ascii=False).encode()))
    model = build(spec)
    if given.weights:
        named.put(model, given.weights)
    given.began(model)
    if spec.guess:
        table, layers = model.get_layer("embed"), [model.get_layer(f"cell_{n}") for n in range(1, spec.layers + 1)]
        everything = data.read + [what.words.read(text) for text in what.unlabelled]
        through = partial(read, table=table, layers=layers, dropout=spec.dropout / 2)
        next_word.learn(through, what.words, everything, task.NEXT, spec, emit, given)
    emit(Measured(0, rivals(what, bag)))
    masks = Masks(what) if task.disguises(spec) else None
    if masks:
        emit(Measured(0, {"unmasked/majority": 0.0}))
        for event in masks.judged(lambda texts: chance([bag.log_odds(_bagged(text)) for text in texts]), 0, "bag"):
            emit(event)
    watched = max(zip(what.tested, what.ordered, strict=True), key=lambda one: (one[1], -abs(len(one[0].text) - 60)))

    def look(model: keras.Model, epoch: int) -> None:
        critic = Critic(spec.cell, named.take(model), what.words, bag, task.sizes(spec)[3], what.names)
        for event in looked_at(critic, what, epoch, watched[0].text):
            emit(event)
        if epoch == 0 or probe.due(epoch, spec.epochs):
            emit(_reach(critic, what, spec, epoch))
            if epoch and masks:
                for event in masks.judged(lambda texts: chance(critic.networks(texts)), epoch):
                    emit(event)

    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    fit(model, data, loss, spec, emit, given, clip=spec.clip, average=spec.average, each_epoch=look)
    if spec.calibration == "temperature":
        critic = Critic(spec.cell, named.take(model), what.words, bag, task.sizes(spec)[3], what.names)
        emit(Measured(spec.epochs, {"temperature": calibrate(model, critic, what)}))
    return model


def calibrate(model: keras.Model, critic: Critic, what: Material) -> float:
    """Divide the logits by the one temperature that suits the held-out texts best, inside the output layer's weights.

    What was measured at the last epoch is from before: after it the held-out texts have been looked at.
    """
    log_odds = critic.networks([text for _, text in what.tested])
    best = task.temperature(log_odds, np.array([share for share, _ in what.tested]))
    out = model.get_layer("out")
    out.set_weights([w / best for w in out.get_weights()])
    return best


def rivals(what: Material, bag: Bag) -> dict[str, float]:
    """What those come to who do without a network, as MEASURE/RIVAL: a bag of words, and always the commoner class."""
    commoner = float(np.mean([share >= 0.5 for share, _ in what.seen]) >= 0.5)
    shares = [share for share, _ in what.tested]
    said = {
        "majority": [commoner] * len(shares),
        "bag": [float(chance(bag.log_odds(_bagged(text)))) for _, text in what.tested],
    }
    scores = {rival: task.score(p, shares, what.ordered) for rival, p in said.items()}
    found = {f"{key}/{rival}": scores[rival][key] for rival in scores for key in scores[rival] if key != "calibration"}
    found["calibration/bag"] = scores["bag"]["calibration"]
    if what.negated:
        turned = [(bag.log_odds(_bagged(a)) >= 0) != (bag.log_odds(_bagged(b)) >= 0) for a, b in what.negated]
        found["flips/bag"] = float(np.mean(turned))
    return found


def _bagged(text):
    """What a bag of words reads, also where the network reads letters."""
    return [word.read for word in wording.words(text)]


class Masks:
    """The held-out texts, and some of them with more and more letters disguised: made once for all looks at a run."""

    def __init__(self, what: Material):
        self.shares = np.array([share for share, _ in what.tested])
        self.texts = [text for _, text in what.tested]
        self.negative, positive = np.flatnonzero(self.shares < 0.5), np.flatnonzero(self.shares >= 0.5)
        self.some = [*positive, *self.negative[:ODD]]
        self.masked = [
            [disguised(self.texts[n], share, np.random.default_rng(n)) for n in self.some] for share in SHARES if share
        ]

    def judged(self, judge: Callable[[list[str]], np.ndarray], epoch: float, rival: str = "") -> Iterator[Event]:
        """How they are judged: in a table, and by the share of their letters that is disguised.

        The F1 is that of disguised positive texts among plain negative ones. False alarms are raised over negative
        texts that are written with just as many odd letters.

        Args:
            judge: gives the probability of the positive class.
            rival: whose judgements they are, if not the network's.
        """
        shares, odd = self.shares, self.negative[:ODD]
        plain = judge(self.texts)
        f1, alarms = [], []
        for share, texts in zip(SHARES, [[], *self.masked], strict=True):
            told = plain.copy()
            if share:
                told[self.some] = judge(texts)
            f1.append(task.f1(np.where(shares >= 0.5, told, plain), shares))
            alarms.append(np.mean(told[odd] >= 0.5) if len(odd) else 0.0)
        at, key, whose = SHARES.index(MEASURED), f"/{rival}" if rival else "", f"{rival}_" if rival else ""
        yield Measured(epoch, {f"unmasked{key}": f1[at], f"odd_alarms{key}": float(alarms[at])})
        yield Captured(epoch, f"{whose}confusion", ("is", "said"), task.confusion(plain, shares).astype(np.float32))
        yield Captured(epoch, f"{whose}f1_by_disguise", ("disguise",), np.array(f1, np.float32))
        yield Captured(epoch, f"{whose}alarms_by_disguise", ("disguise",), np.array(alarms, np.float32))


def looked_at(critic: Critic, what: Material, epoch: float, watched: str) -> Iterator[Event]:
    """What the held-out texts come to, and what is thought of one of them after each of its words."""
    positive = chance(critic.networks([text for _, text in what.tested]))
    found = task.score(positive.tolist(), [share for share, _ in what.tested], what.ordered)
    if what.negated:
        said = critic.log_odds([what.words.read(text) for pair in what.negated for text in pair]).reshape(-1, 2) >= 0
        found["flips"] = float((said[:, 0] != said[:, 1]).mean())
    yield Measured(epoch, found)
    one = critic.explain(watched)
    yield Listed(epoch, "word", tuple(watched[word.start : word.end] for word in one.words))
    yield Captured(epoch, "running", ("word",), chance(one.running).astype(np.float32))


def _reach(critic, what, spec, epoch):
    """How far back the gradient of the answer reaches, over a few texts of one length."""
    steps = task.sizes(spec)[3]
    read = [(words, share) for share, text in what.tested if (words := what.words.read(text))]
    length = min(steps, int(np.median([len(words) for words, _ in read])))
    some = [(words, share) for words, share in read if len(words) >= length][: probe.LOOKED_AT]
    x = critic.reader.vectors(what.words.encode([words[:length] for words, _ in some], length))
    y = np.tile(np.array([[int(share >= 0.5)] for _, share in some]), length)
    at = np.full(len(some), length - 1)
    return probe.reached(critic.weights, spec, x, y, at, epoch)


def opened(spec: Sentiment, weights: dict[str, np.ndarray], kept) -> Critic:
    """What answers: the network out of its weights, with its words and the bag beside it.

    Args:
        kept: gives what was kept by its name.
    """
    names = tuple(json.loads(kept("names")))
    words, bag = wording.from_bytes(kept("wording")), bags.from_bytes(kept("bag"))
    return Critic(spec.cell, weights, words, bag, task.sizes(spec)[3], names)


def answer(question: Judge | Explain, critic: Critic, given, data: bytes, emit: Emit) -> None:
    """Judge lines, or take one text apart; they travel as UTF-8 in `data`."""
    match question:
        case Judge():
            lines = data.decode().split("\n")
            for start in range(0, len(lines), AT_ONCE):
                for n, judged in enumerate(critic.judge(lines[start : start + AT_ONCE]), start):
                    emit(_told(n, judged))
        case Explain():
            text = data.decode()
            emit(_told(0, critic.judge([text])[0]))
            for event in taken_apart(text, critic.explain(text)):
                emit(event)


def _told(n, judged: Judged) -> Measured:
    values = {"positive": float(chance(judged.network)), "bag": float(chance(judged.bag)), "known": judged.known}
    return Measured(n, values | {"words": judged.words, "parts": judged.parts, "foreign": float(judged.foreign)})


def taken_apart(text: str, one: Explained) -> Iterator[Event]:
    """Its words as they stand there, and an array along them for each way of asking what they do."""
    yield Listed(0, "word", tuple(text[word.start : word.end] for word in one.words))
    arrays: dict[str, Sequence[float] | np.ndarray] = {
        "running": chance(one.running), "missed": one.missed, "pull": one.pull, "weight": one.bag,
        "denied": chance(one.denied),
    }  # fmt: skip
    for name, values in arrays.items():
        yield Captured(0, name, ("word",), np.asarray(values, np.float32))
