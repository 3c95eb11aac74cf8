"""What a contact adds is learned where a hold-out shows it, and is the same for all where it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.arrays import Flags, Floats
from reactivate_desktop.scoring.uplift import UpliftModel, UpliftStage, Values, Variable
from reactivate_desktop.scoring.uplift_training import (
    Randomised,
    learn_response,
    learn_uplift,
    variables_of,
)

KINDS = ("kind",)


def drawn(size: int, seed: int = 1, gains: float = 0.10, sent: float = 0.7) -> tuple[Randomised, Floats]:
    """Patients of whom those of kind 1 gain more from a contact, and each one's true lift."""
    random = np.random.default_rng(seed)
    away, kind = random.gamma(2.0, 100.0, size), random.integers(0, 3, size).astype(np.float64)
    values = {"away": away, "kind": kind, "same": np.full(size, 7.0)}
    lift = 0.03 + gains * (kind == 1)
    contacted = random.random(size) < sent
    chance = 0.20 * np.exp(-away / 400.0) + 0.04 + lift * contacted
    return Randomised(values, contacted, random.random(size) < chance), lift


@pytest.fixture(scope="module")
def trial() -> Randomised:
    return drawn(20_000)[0]


@pytest.fixture(scope="module")
def learned(trial: Randomised) -> UpliftModel:
    return learn_uplift(trial, KINDS)


def spread(seed: int, gains: float) -> float:
    """How far apart (standard deviation) a model learned from 4,000 puts other patients."""
    return float(learn_uplift(drawn(4_000, seed, gains)[0], KINDS).lift(drawn(2_000, 99)[0].values).std())


def never(size: int) -> Flags:
    return np.zeros(size, dtype=np.bool_)


def test_it_finds_who_gains(learned: UpliftModel) -> None:
    fresh, lift = drawn(20_000, seed=2)
    found = learned.lift(fresh.values)
    assert learned.stage is UpliftStage.LEARNED
    assert np.corrcoef(found, lift)[0, 1] > 0.85
    # Shrunk: nobody's lift is spread wider than the truth, and the average is right.
    assert float(found[lift > 0.1].mean()) == pytest.approx(0.13, abs=0.03)
    assert float(found.mean()) == pytest.approx(learned.average, abs=0.01)


def test_each_model_returns_as_many_as_returned(learned: UpliftModel, trial: Randomised) -> None:
    for model, arm in ((learned.contacted, trial.contacted), (learned.held_out, ~trial.contacted)):
        assert float(model.share(trial.take(arm).values).mean()) == pytest.approx(
            float(trial.returned[arm].mean()), abs=1e-5
        )


def test_where_all_gain_alike_hardly_anybody_is_told_apart() -> None:
    # The truth: 0 and 0.047.
    assert float(np.mean([spread(seed, 0.0) for seed in range(20, 28)])) < 0.008
    assert float(np.mean([spread(seed, 0.1) for seed in range(20, 28)])) > 0.020


def test_the_order_of_the_rows_changes_nothing(learned: UpliftModel, trial: Randomised) -> None:
    mixed = trial.take(np.random.default_rng(5).permutation(20_000))
    assert learn_uplift(mixed, KINDS) == learned
    assert learn_response(mixed.values, mixed.returned, KINDS) == learn_response(trial.values, trial.returned, KINDS)


def test_alone_or_together_the_bits_are_equal(learned: UpliftModel) -> None:
    values = drawn(999, seed=3)[0].values
    together = learned.lift(values)
    alone = [learned.lift({name: of[row : row + 1] for name, of in values.items()})[0] for row in range(999)]
    assert together.tobytes() == np.array(alone).tobytes()


def test_it_is_kept_as_json(learned: UpliftModel) -> None:
    kept = json.loads(json.dumps(learned.as_json(), allow_nan=False))
    assert UpliftModel.from_json(kept) == learned
    small = learn_uplift(drawn(100)[0], KINDS)
    assert UpliftModel.from_json(json.loads(json.dumps(small.as_json(), allow_nan=False))) == small
    for changed in ({**kept, "average": 0.5}, {**kept, "format": 2}, {}):
        with pytest.raises(Invalid, match="learn it anew"):
            UpliftModel.from_json(changed)


@pytest.mark.parametrize("size", [0, 1, 50, 1_999])
def test_too_few_patients_gain_alike(size: int) -> None:
    trial = drawn(size)[0]
    model = learn_uplift(trial, KINDS)
    assert model.stage is UpliftStage.CONSTANT
    assert np.isfinite(model.lift(trial.values)).all()
    assert len(set(model.lift(trial.values).tolist())) <= 1


def test_without_returns_or_without_an_arm_nothing_is_learned() -> None:
    trial = drawn(5_000)[0]
    for broken in (
        replace(trial, returned=never(5_000)),
        replace(trial, returned=~never(5_000)),
        replace(trial, contacted=never(5_000)),
        replace(trial, contacted=~never(5_000)),
        # 99 returns among those held out.
        replace(
            trial, returned=trial.returned & (trial.contacted | (np.cumsum(trial.returned & ~trial.contacted) <= 99))
        ),
    ):
        model = learn_uplift(broken, KINDS)
        assert model.stage is UpliftStage.CONSTANT
        assert set(model.lift(trial.values).tolist()) == {model.average}
        assert np.isfinite(model.contacted.share(trial.values)).all()
    assert learn_uplift(replace(trial, contacted=never(5_000)), KINDS).average == 0.0


def test_what_never_varies_and_what_is_missing_does_no_harm(trial: Randomised) -> None:
    random, size = np.random.default_rng(8), len(trial.returned)
    gaps = random.random(size) < 0.3
    values: Values = {
        "away": np.where(gaps, np.nan, trial.values["away"]),
        "kind": np.where(gaps, np.nan, trial.values["kind"]),
        "empty": np.full(size, np.nan),
        "nowhere": np.full(size, np.nan),
        "same": np.full(size, 7.0),
        "absurd": np.where(random.random(size) < 0.001, np.inf, random.normal(size=size) * 1e12),
    }
    model = learn_uplift(replace(trial, values=values), ("kind", "empty"))
    found = model.lift(values)
    assert model.stage is UpliftStage.LEARNED
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1.0


def test_only_what_never_varies_is_the_average_for_all(trial: Randomised) -> None:
    model = learn_uplift(replace(trial, values={"same": trial.values["same"]}))
    assert model.stage is UpliftStage.CONSTANT
    assert set(model.lift({"same": np.array([1.0, 9.0])}).tolist()) == {model.average}


def test_an_unknown_kind_is_like_the_most_frequent_one(learned: UpliftModel) -> None:
    values = drawn(500, seed=4)[0].values
    kind = next(variable for variable in learned.contacted.variables if variable.name == "kind")
    as_most = learned.lift({**values, "kind": np.full(500, kind.typical)})
    assert learned.lift({**values, "kind": np.full(500, 77.0)}).tolist() == as_most.tolist()


def test_amounts_are_cut_off_where_the_training_ended() -> None:
    (variable,) = variables_of({"away": np.arange(1_000.0)}, ())
    assert isinstance(variable, Variable)
    line, *bends = variable.columns({"away": np.array([-1e9, variable.low, variable.high, 1e9])})
    assert line.tolist() == [0.0, 0.0, 1.0, 1.0]
    assert len(bends) == 3
    assert all(bend[2] == bend[3] for bend in bends)


def test_the_response_of_nobody_is_a_shrunk_share() -> None:
    nothing = learn_response({"away": np.arange(9.0)}, never(9))
    assert nothing.share({"away": np.array([1.0])})[0] == pytest.approx(0.05)
    assert np.isfinite(learn_response({}, never(0)).base)


def test_using_a_model_needs_no_learning_library() -> None:
    heavy = "sklearn scipy pandas threadpoolctl"
    code = (
        "import sys, reactivate_desktop.scoring.uplift, reactivate_desktop.scoring.uplift_training\n"
        f"print([name for name in '{heavy}'.split() if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
