"""A share of the many cells of a matrix: other ones each time, and the same again by the same seed."""

import math
import random


class Share:
    def __init__(self, part, seed):
        self.part, self.seed = part, seed

    def __str__(self):
        if self.is_whole:
            return "all cells"
        return f"one cell in {self.part}, by --share {self.part} --seed {self.seed}"

    @property
    def is_whole(self):
        return self.part == 1

    def of(self, name, cells, kind=lambda cell: None):
        """One in so many cells of the matrix of this name, rounded up, but one of each kind at least; in their order.
        What it is does not depend on what else was chosen by the seed.

        >>> cells = [(kind, number) for kind in "abc" for number in range(4)]
        >>> def some(seed, part=6):
        ...     return Share(part, seed).of("letters", cells, kind=lambda cell: cell[0])
        >>> [kind for kind, _ in some(1)], some(1) == some(1), some(1, part=1) == cells
        (['a', 'b', 'c'], True, True)
        >>> len(some(1, part=2)), set().union(*map(some, range(100))) == set(cells)
        (6, True)
        """
        cells = list(cells)
        if self.is_whole:
            return cells
        chance = random.Random(f"{self.seed} {name}")
        places = list(range(len(cells)))
        chance.shuffle(places)
        first = {kind(cells[place]): place for place in places}.values()
        others = [place for place in places if place not in first]
        count = max(math.ceil(len(cells) / self.part) - len(first), 0)
        return [cells[place] for place in sorted([*first, *others[:count]])]


def add_options(parser):
    parser.add_argument("--share", type=int, default=1, metavar="N", help="only one cell in N; all without it")
    parser.add_argument("--seed", type=int, help="which ones; a seed of chance, which is told, without it")


def share_of(arguments):
    if arguments.share < 1:
        raise SystemExit(f"--share is {arguments.share}: give a whole number from 1.")
    return Share(arguments.share, random.randrange(1_000_000) if arguments.seed is None else arguments.seed)
