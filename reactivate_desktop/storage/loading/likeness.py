"""How alike two records of one birthday are: enough to show them to a person, or not at all."""

from __future__ import annotations

from decimal import Decimal

from reactivate_desktop.domain.names import fold

SAME_NAME = Decimal("1.000")
SAME_NAME_AND_ADDRESS = Decimal("0.800")
SAME_FIRST_AND_ADDRESS = Decimal("0.750")
# Below it the trigrams of two whole names have too little in common for one mistyped name.
ALIKE = 0.55


def firsts_alike(one: str, other: str) -> bool:
    """Return whether two folded first names may be one, mistyped or shortened.

    Twins share the surname and the birthday, and often the beginning or the end of the first name (Jayden and
    Hayden, Mario and Maria): so a mistake must leave the first and the last letter alone.
    """
    mine, theirs = one.split(), other.split()
    if not mine or not theirs:
        return False
    if len(mine) > 1 and len(theirs) > 1:
        return len(mine) == len(theirs) and all(map(_alike, mine, theirs))
    return _alike(mine[0], theirs[0])


def same_first(one: str, other: str) -> bool:
    """Return whether two first names are equal, accents and case forgiven."""
    return bool(fold(one)) and fold(one) == fold(other)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if short == long:
        return True
    if long.startswith(short) and (len(short) == 1 or (len(short) >= 3 and len(long) - len(short) >= 2)):
        return True  # J. for John, Rob for Robert; not Julian for Juliana
    if long in (f"{short}h", f"{short}e") and len(short) >= 3 and short[-1] not in "aeiou" * (long[-1] == "e"):
        return True  # Sara and Sarah, Ann and Anne; not Maria and Marie
    return short[0] == long[0] and short[-1] == long[-1] and _one_slip(short, long)


def _one_slip(short: str, long: str) -> bool:
    """Return whether one letter too much, one wrong (in names of five letters on) or two swapped tell them apart."""
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    swapped = short[same : same + 2] == long[same : same + 2][::-1] and short[same + 2 :] == long[same + 2 :]
    return swapped or (len(short) >= 5 and short[same + 1 :] == long[same + 1 :])
