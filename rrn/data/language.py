"""In which language a text is, told by the small words that every sentence is full of."""

from collections.abc import Iterable, Sequence

SMALL = {
    "es": "el la los las un una de del que y en no se es por con para lo me pero más muy mi como al su ya le si está",
    "en": "the a an of to and in is it that for was on with as but not this be are have i you my at so they we were",
    "fr": "le la les un une des du de et est en que qui pas pour dans je il ce très avec mais sur au nous vous c'est",
    "de": "der die das und ist nicht ein eine ich es zu den mit sehr auf für von im dem war aber wir sie auch noch",
    "it": "il lo la gli i di e che è non un una per in con molto ma sono del della mi si come ho alla questo",
    "pt": "o a os as um uma de do da que e em não é por com para mas muito meu minha no na foi se ele eu está",
}
WORDS = {language: frozenset(words.split()) for language, words in SMALL.items()}
FEW = 3  # small words; of fewer nobody can tell


def of(words: Iterable[str]) -> str | None:
    """The language whose small words there are most of; None where there are few, or two are level."""
    counts = {language: 0 for language in WORDS}
    for word in words:
        for language, small in WORDS.items():
            counts[language] += word in small
    first, second = sorted(counts, key=lambda language: -counts[language])[:2]
    return first if counts[first] >= FEW and counts[first] > counts[second] else None


def foreign(words: Sequence[str], language: str | None) -> bool:
    """Whether a text is in a language that is known, and another one than this."""
    found = of(words)
    return found is not None and language is not None and found != language
