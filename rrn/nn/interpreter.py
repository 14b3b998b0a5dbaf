"""Lines through an encoder and decoder: long ones in parts, what cannot be read copied, other languages noticed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rrn.data import casing
from rrn.data.vocabulary import END, SPACE, UNKNOWN, Subwords, Vocabulary
from rrn.nn.beam import Found, Search, search
from rrn.nn.encoder_decoder import EncoderDecoder, padded

SENTENCES = re.compile(r"(?<=[.?!…])\s+")
TOGETHER = 64  # parts translated at once
ROOM = 10  # pieces that may be written beyond twice as many as were read
STAND_INS = ("Tom", "Mary", "John")  # names that a table of everyday sentences is full of
CUT = 4  # pieces of a word that is rather a name than a word that the network has met
MARKS = "¿¡!?.,;:\"'()«»“”"  # that stand at a word
WHOLE = 400  # words, or letters, of a small language that are read at once
WORDS = 3  # with fewer nobody can tell a language


@dataclass(eq=False)
class Line:
    """What became of one line.

    Args:
        text: the translation.
        parts: what was translated on its own, one after the other; `found` says how.
        copied: words that were taken over as they are.
        unknown: words of a small language that it does not have.
        strange: it is hardly in the language that is read.
    """

    text: str = ""
    parts: list[str] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    strange: bool = False
    ids: list[int] = field(default_factory=list)  # that were read in the last part

    @property
    def score(self) -> float:
        """Log-probability of all that was written."""
        return sum(f.score for f in self.found)


@dataclass(frozen=True)
class Interpreter:
    """A network with what it reads and what it writes.

    Args:
        longest: pieces of a part; what is longer than the network learned from is cut.
    """

    network: EncoderDecoder
    source: Vocabulary
    target: Vocabulary
    longest: int

    def translate(self, lines: Sequence[str], *, beam: int, normal: float) -> list[Line]:
        """One line for every line, an empty one for an empty one."""
        made = [Line() for _ in lines]
        jobs: list[_Part] = []
        for line, said in zip(map(self._typed, lines), made, strict=True):
            said.strange = self.strange(line)
            for part in self.cut(line):
                job = self._prepared(said, part)
                job.goes_on = bool(said.parts) and not SENTENCES.search(f"{said.parts[-1]} ")
                jobs.append(job)
                said.parts.append(part)
        self._search(jobs, beam, normal)
        lost = [job for job in jobs if job.names and not all(_stands(name, self._said(job)) for name in job.names)]
        for job in lost:  # the stand-in was not written, so the name is spelled after all
            job.ids, job.names = self.source.encode(job.rest), {}
        self._search(lost, beam, normal)
        for job in jobs:
            if job.found:
                job.line.found.append(job.found)
                job.line.ids = job.ids
            job.line.copied += [*(word for _, word in job.copies), *job.names.values()]
            text = self._put_back(job)
            job.line.text += (" " if job.line.text and text else "") + text
        return made

    def _search(self, jobs: "list[_Part]", beam: int, normal: float) -> None:
        """Translate parts, those of about one length together."""
        order = sorted((job for job in jobs if job.ids), key=lambda job: len(job.ids))
        for start in range(0, len(order), TOGETHER):
            here = order[start : start + TOGETHER]
            ids = padded([job.ids for job in here], max(len(job.ids) for job in here))
            room = [2 * len(job.ids) + ROOM for job in here]
            wrote = search(self.network, ids, beam=beam, normal=normal, most=room)
            for job, best in zip(here, wrote.best, strict=True):
                job.found = best[0]

    def grow(self, line: str, begun: str, *, beam: int, normal: float) -> tuple[list[int], Search]:
        """The numbers of one sentence, and all that a beam looked at while it translated it from this beginning.

        It reads what `translate` reads: unknown names by their stand-ins, without what is copied.
        """
        part = self._prepared(Line(), self._typed(line))
        start = self.target.encode(begun)[:-1] if begun.strip() else []

        def grown(ids):
            ids = [*ids[: (self.longest if isinstance(self.source, Subwords) else WHOLE + 1) - 1], END]
            ids = ids[: ids.index(END) + 1]
            most = 2 * len(ids) + ROOM
            return ids, search(self.network, padded([ids], len(ids)), beam=beam, normal=normal, most=most, begun=start)

        ids, found = grown(part.ids)
        text = self.target.decode(found.best[0][0].ids)
        if not all(_stands(name, text) for name in part.names):
            return grown(self.source.encode(part.rest))
        return ids, found

    def _typed(self, line: str) -> str:
        return line if isinstance(self.source, Subwords) else self.source.typed(line)

    def cut(self, line: str) -> list[str]:
        """Sentences, and of one that is too long pieces that end behind a comma or between words.

        A line of a small language stays whole, up to what nobody would type: how far a network gets with it is what is
        looked at.
        """
        if not isinstance(self.source, Subwords):
            words = list("".join(line.split())) if self.source.letters else line.split()
            if len(words) <= WHOLE:
                return [line] if words else []
            return [self.source.joined(words[n : n + WHOLE]) for n in range(0, len(words), WHOLE)]
        parts: list[str] = []
        for sentence in SENTENCES.split(line.strip()):
            part: list[str] = []
            for word in sentence.split():
                while part and len(self.source.encode(" ".join([*part, word]))) > self.longest:
                    comma = max((n for n, w in enumerate(part, 1) if w[-1] in ",;:" and n > len(part) // 2), default=0)
                    at = comma or len(part)
                    parts.append(" ".join(part[:at]))
                    part = part[at:]
                part.append(word)
            if part:
                parts.append(" ".join(part))
        return parts

    def strange(self, line: str) -> bool:
        """Whether words are cut so small that the line is hardly in the language that is read.

        Of Spanish and English everyday sentences fewer than one in a hundred is, of other languages most are.
        """
        letters = sum(map(str.isalpha, line))
        if not isinstance(self.source, Subwords) or len(line.split()) < WORDS or not letters:
            return False
        pieces = self.source.pieces(self.source.encode(line)[:-1])
        whole = sum(len(p) - 1 for p in pieces if p.startswith(SPACE) and len(p) > 2)
        return len(pieces) > 0.55 * letters and whole < 0.5 * letters

    def _prepared(self, line: Line, part: str) -> "_Part":
        """What of a part is read: without what has no letters of this language, unknown names under another's name."""
        if not isinstance(self.source, Subwords):
            ids = self.source.encode(part)
            words = [w for w in part if not w.isspace()] if self.source.letters else part.split()
            line.unknown += [w for w, n in zip(words, ids, strict=False) if n == UNKNOWN]
            return _Part(line, ids)
        copies: list[tuple[int, str]] = []
        names: dict[str, str] = {}
        words, free = part.split(), [name for name in STAND_INS if name not in part]
        spelled: list[str] = []
        read: list[str] = []
        for at, word in enumerate(words):
            pieces = self._pieces(word)
            if len(pieces) > self.longest or any(piece.startswith("<0x") for piece in pieces):
                copies.append((len(spelled), word))
                continue
            spelled.append(word)
            core = word.strip(MARKS)
            if free and self._is_name(core, first=at == 0):
                names[free[0]] = core
                word = word.replace(core, free.pop(0))
            read.append(word)
        ids = self.source.encode(" ".join(read)) if any(c.isalnum() for word in read for c in word) else []
        placed = [(before / max(1, len(spelled)), word) for before, word in copies]
        return _Part(line, ids, placed, names, " ".join(spelled))

    def _pieces(self, word):
        return self.source.pieces(self.source.encode(word)[:-1])

    def _is_name(self, word, *, first):
        """A word with a capital letter that is cut small, also where it is written small if it begins a sentence."""
        known = self.source.names if isinstance(self.source, Subwords) else ()
        if not word.isalpha() or not word[0].isupper() or word.isupper() or word in known:
            return False
        return len(self._pieces(word.lower() if first else word)) >= CUT

    def _put_back(self, job: "_Part") -> str:
        """The translation with names and copied words in their places."""
        text = self._said(job)
        for stand_in, name in job.names.items():
            text = re.sub(rf"\b{stand_in}\b", name, text)
        words = text.split()
        places = [round(place * len(words)) for place, _ in job.copies]
        for at, (_, word) in reversed(list(zip(places, job.copies, strict=True))):  # from the end: places still count
            words.insert(at, word)
        return " ".join(words) if job.copies else text

    def _said(self, job: "_Part") -> str:
        if not job.found:
            return job.rest
        text = self.target.decode(job.found.ids)
        return casing.lowered(text, self.target.names) if job.goes_on and isinstance(self.target, Subwords) else text


@dataclass(eq=False)
class _Part:
    """What is translated at once.

    `copies` are words with the share of the others that stands before each, `names` go by their stand-ins, and what
    goes on with a sentence begins with no capital letter.
    """

    line: Line
    ids: list[int]
    copies: list[tuple[float, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    rest: str = ""  # as it was, without what is copied
    found: Found | None = None
    goes_on: bool = False


def _stands(name: str, text: str) -> bool:
    return re.search(rf"\b{name}\b", text) is not None
