"""How long a sign-in takes beside the slow key alone, which is slow on purpose."""

from __future__ import annotations

import statistics

from reactivate_desktop.services.passwords import derive_key
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.storage.queries.sign_in import kdf_salt
from tests.benchmarks.place import Place
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import interleaved
from tests.factories.clinics import PASSWORD

_GROUP = "sign-in"


def run(place: Place, rounds: int = 15) -> list[Row]:
    """Return the times of whole sign-ins and of scrypt alone, in turns."""
    email = place.person.email
    salt = kdf_salt(place.database, email)
    desk = SignIn(place.database, "desk-1")
    seconds = interleaved(
        {
            "whole": lambda _: desk.sign_in(email, PASSWORD, place.clinic),
            "scrypt": lambda _: derive_key(PASSWORD, salt.salt, salt.n, salt.r, salt.p),
        },
        rounds,
        2,
    )
    ratio = statistics.median(seconds["whole"]) / statistics.median(seconds["scrypt"])
    return [
        timed(_GROUP, "whole sign-in", seconds["whole"], ratio=ratio, note="ratio: whole / scrypt"),
        timed(_GROUP, "scrypt alone", seconds["scrypt"], note=f"n={salt.n}, r={salt.r}, p={salt.p}"),
    ]
