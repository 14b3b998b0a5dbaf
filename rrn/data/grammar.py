"""A small grammar of Spanish and English: both sentences of a pair at once, and which word stands for which.

Spanish puts adjectives behind the noun and makes them agree with it; two of them come in mirrored order. English needs
"does" to say no, puts "always" before the verb, and says "an" before a vowel.
"""

import numpy as np

from rrn.data.phrase import Phrase, held

# singular, plural, gender, English singular, English plural
BEINGS = (
    ("perro", "perros", "m", "dog", "dogs"),
    ("gato", "gatos", "m", "cat", "cats"),
    ("niña", "niñas", "f", "girl", "girls"),
    ("niño", "niños", "m", "boy", "boys"),
    ("amiga", "amigas", "f", "friend", "friends"),
    ("mujer", "mujeres", "f", "woman", "women"),
)
THINGS = (
    ("coche", "coches", "m", "car", "cars"),
    ("casa", "casas", "f", "house", "houses"),
    ("libro", "libros", "m", "book", "books"),
    ("mesa", "mesas", "f", "table", "tables"),
    ("flor", "flores", "f", "flower", "flowers"),
    ("árbol", "árboles", "m", "tree", "trees"),
    ("manzana", "manzanas", "f", "apple", "apples"),
    ("puerta", "puertas", "f", "door", "doors"),
    ("tren", "trenes", "m", "train", "trains"),
    ("ciudad", "ciudades", "f", "city", "cities"),
)
# stem and the endings of m, f, and both plurals; English
ADJECTIVES = (
    ("roj", ("o", "a", "os", "as"), "red"),
    ("pequeñ", ("o", "a", "os", "as"), "small"),
    ("viej", ("o", "a", "os", "as"), "old"),
    ("nuev", ("o", "a", "os", "as"), "new"),
    ("blanc", ("o", "a", "os", "as"), "white"),
    ("negr", ("o", "a", "os", "as"), "black"),
    ("hermos", ("o", "a", "os", "as"), "beautiful"),
    ("grand", ("e", "e", "es", "es"), "big"),
    ("verd", ("e", "e", "es", "es"), "green"),
    ("azul", ("", "", "es", "es"), "blue"),
)
# of one, of several; English of one, of several and without ending
VERBS = (
    ("ve", "ven", "sees", "see"),
    ("compra", "compran", "buys", "buy"),
    ("quiere", "quieren", "wants", "want"),
    ("pinta", "pintan", "paints", "paint"),
    ("dibuja", "dibujan", "draws", "draw"),
    ("toca", "tocan", "touches", "touch"),
)
# m, f and both plurals; English of one, of several; empty where there is none
ARTICLES = (
    (("el", "la", "los", "las"), ("the", "the")),
    (("un", "una", "", ""), ("a", "")),
    (("este", "esta", "estos", "estas"), ("this", "these")),
    (("", "", "dos", "dos"), ("", "two")),
    (("", "", "tres", "tres"), ("", "three")),
)
TIMES = (("hoy", "today"), ("ahora", "now"))
LONGEST = 14  # words of a sentence, its end included

Word = tuple[str, int]  # and the meaning that it shares with a word of the other language


def _vowel(word):
    return word[0] in "aeiou"


class _Speaker:
    """Makes the words of both languages side by side; a number stands for every meaning."""

    def __init__(self, rng: np.random.Generator):
        self.rng, self.meaning = rng, 0
        self.combined: list[str] = []  # noun with adjective, what is held out

    def one(self, choices):
        return choices[int(self.rng.integers(len(choices)))]

    def new(self) -> int:
        self.meaning += 1
        return self.meaning

    def noun_phrase(self, nouns) -> tuple[list[Word], list[Word], bool]:
        """Spanish, English, and whether it is several."""
        several = bool(self.rng.random() < 0.4)
        single, plural, gender, one, more = self.one(nouns)
        form = 2 * several + (gender == "f")
        spanish_article, english_article = self.one([a for a in ARTICLES if a[0][form]])
        count = int(self.rng.choice(3, p=(0.35, 0.45, 0.2)))
        chosen = [ADJECTIVES[int(n)] for n in self.rng.choice(len(ADJECTIVES), count, replace=False)]
        article, noun = self.new(), self.new()
        marks = [self.new() for _ in chosen]
        self.combined += [f"{single} {english}" for _, _, english in chosen]
        spanish = [(spanish_article[form], article), (plural if several else single, noun)]
        spanish += [(stem + endings[form], m) for (stem, endings, _), m in zip(chosen, marks, strict=True)]
        english = [(word, m) for (_, _, word), m in zip(chosen, marks, strict=True)][::-1]
        english += [(more if several else one, noun)]
        begin = english_article[several]
        if begin == "a" and _vowel(english[0][0]):
            begin = "an"
        return spanish, [(begin, article), *english], several

    def sentence(self) -> tuple[list[Word], list[Word]]:
        if self.rng.random() < 0.25:
            return self.noun_phrase(BEINGS + THINGS)[:2]
        who_es, who_en, several = self.noun_phrase(BEINGS)
        what_es, what_en, _ = self.noun_phrase(THINGS)
        one, more, english_one, english_more = self.one(VERBS)
        verb = self.new()
        verb_es, verb_en = [(more if several else one, verb)], [(english_more if several else english_one, verb)]
        if self.rng.random() < 0.35:
            no = self.new()
            verb_es = [("no", no), *verb_es]
            verb_en = [("do" if several else "does", no), ("not", no), (english_more, verb)]
        if self.rng.random() < 0.2:
            always = self.new()
            verb_es = [*verb_es, ("siempre", always)]
            verb_en = [*verb_en[:-1], ("always", always), verb_en[-1]]
        spanish, english = who_es + verb_es + what_es, who_en + verb_en + what_en
        if self.rng.random() < 0.25 and len(english) < LONGEST - 1:
            when = self.new()
            es, en = self.one(TIMES)
            spanish, english = [*spanish, (es, when)], [*english, (en, when)]
        return spanish, english


def draw(direction: str, rng: np.random.Generator, *, unseen: bool) -> Phrase:
    """A pair whose nouns and adjectives were never together in what is learned from, or always were.

    Args:
        direction: "es-en" or "en-es".
        unseen: at least one noun stands with an adjective that is held out for it.
    """
    while True:
        speaker = _Speaker(rng)
        spanish, english = speaker.sentence()
        if any(map(held, speaker.combined)) == unseen and max(len(spanish), len(english)) < LONGEST:
            return _phrase(spanish, english) if direction == "es-en" else _phrase(english, spanish)


def _phrase(read, written):
    places = {meaning: at for at, (_, meaning) in enumerate(read)}  # the last word of a meaning: "not", not "does"
    return Phrase(
        tuple(word for word, _ in read),
        tuple(word for word, _ in written),
        tuple(places[meaning] for _, meaning in written),
    )


def words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All Spanish words, all English ones."""
    spanish, english = {"no", "siempre"}, {"do", "does", "not", "always", "an"}
    for single, plural, _, one, more in BEINGS + THINGS:
        spanish |= {single, plural}
        english |= {one, more}
    for stem, endings, word in ADJECTIVES:
        spanish |= {stem + ending for ending in endings}
        english.add(word)
    for one, more, english_one, english_more in VERBS:
        spanish |= {one, more}
        english |= {english_one, english_more}
    for forms, words in ARTICLES:
        spanish |= {form for form in forms if form}
        english |= {word for word in words if word}
    for es, en in TIMES:
        spanish.add(es)
        english.add(en)
    return tuple(sorted(spanish)), tuple(sorted(english))
