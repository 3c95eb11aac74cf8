"""A clinic sees how good a scorer is on its own newest outcomes, overall and for each group of its patients."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.errors import Invalid, NotAllowed
from reactivate_desktop.domain.model_cards import OwnFigures
from reactivate_desktop.domain.patients import NewPatient, NewVisit
from reactivate_desktop.scoring.choosing import newest
from reactivate_desktop.scoring.events import day_of
from reactivate_desktop.scoring.resampling import Said
from reactivate_desktop.scoring.succession import Tried, try_out
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.evaluation import report
from reactivate_desktop.services.evaluation.own import Window, own_figures, window_of
from reactivate_desktop.services.evaluation.own_groups import Grouping, read_groupings
from reactivate_desktop.services.evaluation.own_report import OwnEvaluation, OwnReport
from reactivate_desktop.services.evaluation.report import PRODUCT
from reactivate_desktop.services.learning import Learning, lesson_for
from reactivate_desktop.services.learning_rows import History
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from tests.factories.clinics import ClinicMaker, Person
from tests.fixtures import FrontDesk
from tests.services.planted import NORTH, SOUTH, TODAY, Planted, planted, set_all

RETURN, NO_SHOW = ScorerKind.REACTIVATION, ScorerKind.NO_SHOW


@dataclass(frozen=True)
class Measured:
    """What an evaluation measured, and on what."""

    history: History
    tried: Tried
    window: Window
    figures: OwnFigures


@pytest.fixture(scope="module")
def clinic(maker: ClinicMaker) -> Planted:
    return planted(maker)


@pytest.fixture(scope="module")
def measured(clinic: Planted) -> Mapping[ScorerKind, Measured]:
    return {kind: tried_on(clinic.admin, kind) for kind in ScorerKind}


def tried_on(person: Person, kind: ScorerKind) -> Measured:
    with person.begin() as tx:
        lesson, history = lesson_for(tx, kind, TODAY)
        groups = read_groupings(tx, kind, history)
    tried = try_out(lesson, history.rows, newest(history.rows))
    assert tried is not None
    window = window_of(kind, history, groups, tried)
    return Measured(history, tried, window, figures_of(window))


def figures_of(window: Window) -> OwnFigures:
    found = own_figures(window)
    assert found is not None
    return found


def evaluated(person: Person, as_of: date | None = None) -> Mapping[str, OwnReport]:
    return {each.report.dataset: each for each in OwnEvaluation(person.begin).evaluate(as_of).evaluations}


def band(born: date | None, day: date) -> str:
    if born is None:
        return "unknown"
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return "Under 18" if age < 18 else "18 to 39" if age < 40 else "40 to 64" if age < 65 else "65 and over"


def independent_groups(clinic: Planted, kind: ScorerKind, history: History, late: Sequence[int]) -> Counter[object]:
    """Return the rows and the positives of each group, counted patient by patient from what was planted."""
    found: Counter[object] = Counter()
    ids = history.places.ids(history.at[late])
    for place, key in zip(late, ids, strict=True):
        who, site = (key, clinic.people[key].home) if kind is RETURN else clinic.appointments[key][::2]
        someone, happened = clinic.people[who], int(history.rows.happened[place])
        age = band(someone.born, day_of(int(history.rows.as_of[place])))
        for by, name in (("age", age), ("language", someone.language), ("location", site or "unknown")):
            found[(by, name, "rows")] += 1
            found[(by, name, "yes")] += happened
    return found


@pytest.mark.parametrize("kind", list(ScorerKind))
def test_figures_equal_an_independent_computation(measured: Mapping[ScorerKind, Measured], kind: ScorerKind) -> None:
    history, tried, found = measured[kind].history, measured[kind].tried, measured[kind].figures
    happened = history.rows.happened[tried.late]
    assert (found.rows, found.positives) == (len(happened), int(happened.sum()))
    assert found.auc == pytest.approx(roc_auc_score(happened, tried.share), abs=1e-12)
    assert found.ap == pytest.approx(average_precision_score(happened, tried.share), abs=1e-12)
    assert found.brier == pytest.approx(brier_score_loss(happened, tried.share), abs=1e-12)
    assert found.auc_low is not None
    assert found.auc_high is not None
    assert found.auc_low < (found.auc or 0) < found.auc_high
    # Rows of equal score share their outcomes, then ten groups of equal size.
    _, score = np.unique(tried.share, return_inverse=True)
    shared = (np.bincount(score, happened) / np.bincount(score))[score]
    order = np.argsort(-tried.share, kind="stable")
    parts = np.array_split(order, 10)
    for each, part in zip(found.bins, reversed(parts), strict=True):
        assert each.rows == len(part)
        assert each.said == pytest.approx(tried.share[part].mean(), abs=1e-12)
        assert each.happened == pytest.approx(shared[part].mean(), abs=1e-12)
        assert each.low <= each.happened <= each.high
        yes, z = round(float(shared[part].sum())), 1.959963984540054
        middle, half = yes + z * z / 2, z * (yes * (len(part) - yes) / len(part) + z * z / 4) ** 0.5
        assert (each.low, each.high) == pytest.approx(
            ((middle - half) / (len(part) + z * z), (middle + half) / (len(part) + z * z)), abs=1e-9
        )
    gaps = [abs(tried.share[part].mean() - shared[part].mean()) * len(part) for part in parts]
    assert found.ece == pytest.approx(sum(gaps) / found.rows, abs=1e-12)
    assert found.lift == pytest.approx([shared[part].sum() / happened.sum() for part in parts], abs=1e-12)
    assert sum(found.lift) == pytest.approx(1.0)
    top = order[: found.rows // 10]
    assert found.lift10 == pytest.approx(shared[top].mean() / happened.mean(), abs=1e-12)
    assert max(history.rows.known[tried.early]) <= min(history.rows.as_of[tried.late])
    assert (found.first_day, found.last_day) == (
        day_of(min(history.rows.as_of[tried.late])),
        day_of(max(history.rows.as_of[tried.late])),
    )


@pytest.mark.parametrize("kind", list(ScorerKind))
def test_groups_are_those_of_the_patients_and_add_up(
    clinic: Planted, measured: Mapping[ScorerKind, Measured], kind: ScorerKind
) -> None:
    history, tried, found = measured[kind].history, measured[kind].tried, measured[kind].figures
    counted: Counter[object] = Counter()
    for each in found.groups:
        counted[(each.by, each.name, "rows")] = each.rows
        counted[(each.by, each.name, "yes")] = each.positives
    assert +counted == +independent_groups(clinic, kind, history, tried.late.tolist())
    for by in ("age", "language", "location"):
        assert sum(each.rows for each in found.groups if each.by == by) == found.rows
        assert sum(each.positives for each in found.groups if each.by == by) == found.positives
    assert {each.name for each in found.groups if each.by == "location"} == {NORTH, SOUTH, "unknown"}


def test_a_location_where_nobody_could_foresee_it_is_told(measured: Mapping[ScorerKind, Measured]) -> None:
    found = measured[NO_SHOW].figures
    of = {each.name: each for each in found.groups}
    assert [each.name for each in found.groups if each.worse and each.by == "location"] == [SOUTH]
    assert of[SOUTH].auc == pytest.approx(0.5, abs=0.08)
    assert (of[NORTH].auc or 0) > (found.auc or 1) > (of[SOUTH].high or 1)
    assert found.rules["lead_time"]["auc"] == pytest.approx(found.auc, abs=0.05)
    assert set(found.rules) == {"lead_time", "prior_no_show_rate"}


def test_rows_in_another_order_change_nothing(measured: Mapping[ScorerKind, Measured]) -> None:
    window = measured[NO_SHOW].window
    mixed = np.random.default_rng(5).permutation(len(window.as_of))
    tested = window.tested
    assert tested.advance is not None
    other = Window(
        report.Tested(
            {name: replace(said, score=said.score[mixed]) for name, said in tested.said.items()},
            tested.happened[mixed],
            tested.person[mixed],
            tested.advance[mixed],
        ),
        window.as_of[mixed],
        tuple(each.take(mixed) for each in window.groups),
    )
    assert own_figures(other) == measured[NO_SHOW].figures


def test_figures_survive_being_kept_as_json(measured: Mapping[ScorerKind, Measured]) -> None:
    for each in measured.values():
        kept = json.loads(json.dumps(each.figures.as_json(), allow_nan=False))
        assert OwnFigures.from_json(kept) == each.figures


def test_learning_keeps_the_figures_that_an_evaluation_shows(maker: ClinicMaker) -> None:
    admin = planted(maker, 300, 2_500, seed=3).admin
    shown = evaluated(admin)
    Learning(admin.begin).learn()
    for kind, dataset in ((RETURN, "own-returns"), (NO_SHOW, "own-no-show")):
        kept = OwnFigures.from_json(Learning(admin.begin).one(kind).card["own"])
        assert kept == shown[dataset].own
        product = shown[dataset].report.models[PRODUCT]
        assert asdict(product.all_rows)["auc"] == pytest.approx(kept.auc, abs=1e-12)
        assert product.interval["auc"] == pytest.approx((kept.auc_low, kept.auc_high), abs=1e-9)


def test_the_report_has_the_shape_of_those_of_files(clinic: Planted) -> None:
    found = OwnEvaluation(clinic.admin.begin).evaluate()
    shown = json.loads(json.dumps(found.as_json(), allow_nan=False))["evaluations"]
    assert [each["dataset"] for each in shown] == ["own-returns", "own-no-show"]
    for each in shown:
        assert each["rows"] > 200
        assert 0 < each["positives"] < each["rows"]
        assert set(each["models"]["product"]) >= {"auc", "ap", "brier", "ece", "slope", "lift10", "interval"}
        assert sum(group["rows"] for group in each["groups"] if group["by"] == "age") == each["rows"]
        assert len(each["bins"]) == len(each["lift"]) == 10
    assert set(shown[0]["models"]) == {"product", "most_recent", "most_visits", "least_overdue"}
    assert set(shown[1]["models"]) == {"product", "lead_time", "prior_no_show_rate"}
    assert "advance" in shown[1]["models"]["product"]
    text = found.as_text()
    assert f"location: {SOUTH}" in text
    assert "worse than all rows" in text
    assert Audit(clinic.admin.begin).page(limit=1)[0].action == "SCORES_EVALUATED"


def test_what_came_later_changes_nothing(maker: ClinicMaker) -> None:
    """As of a day, what happened afterwards is not there: neither outcomes nor the clinic's rate."""
    admin, as_of = planted(maker, 300, 3_000, seed=4).admin, TODAY - timedelta(days=100)
    before = {name: each.as_json() for name, each in evaluated(admin, as_of).items()}
    with admin.begin() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE appointment SET status = 'NO_SHOW' WHERE appointment_datetime > now() - interval '99 days'"
        )
        tx.connection.exec_driver_sql("DELETE FROM visit WHERE visit_date > current_date - 99")
    assert {name: each.as_json() for name, each in evaluated(admin, as_of).items()} == before
    assert evaluated(admin)["own-no-show"].as_json() != before["own-no-show"]


@pytest.mark.parametrize(("status", "word"), [("COMPLETED", "no"), ("NO_SHOW", "yes")])
def test_all_of_one_kind_is_told(maker: ClinicMaker, status: str, word: str) -> None:
    admin = planted(maker, 100, 1_200, seed=6).admin
    set_all(maker, admin, status)
    found = evaluated(admin)["own-no-show"]
    assert found.report.notes == [
        f"All outcomes are {word}: AUC, AP and slope need both kinds, so they are left empty."
    ]
    assert found.own is not None
    assert (found.own.auc, found.own.auc_low, found.own.slope) == (None, None, None)
    assert found.own.positives == (found.own.rows if word == "yes" else 0)
    assert bool(found.own.lift) == (word == "yes")
    assert found.own.brier is not None
    assert all((each.auc, each.ece, each.worse) == (None, None, False) for each in found.own.groups)
    assert OwnFigures.from_json(json.loads(json.dumps(found.own.as_json()))) == found.own
    assert found.as_text()


def test_an_empty_clinic_and_one_visit(front_desk: FrontDesk) -> None:
    for _ in range(2):
        for found in evaluated(front_desk.admin).values():
            assert (found.report.rows, found.report.positives, found.own) == (0, 0, None)
            assert found.report.stage == "starting estimate"
            shown = json.loads(json.dumps(found.as_json(), allow_nan=False))
            assert shown["models"]["product"]["auc"] is None
            assert shown["groups"] == []
            assert "so nothing can be said yet" in found.as_text()
        added = Patients(front_desk.admin.begin).add(NewPatient("Only", "One", "212 555 0101"))
        Visits(front_desk.admin.begin).add(NewVisit(added, TODAY - timedelta(days=300)))


def test_only_an_admin_evaluates(front_desk: FrontDesk) -> None:
    for person in (front_desk.staff, front_desk.viewer):
        with pytest.raises(NotAllowed):
            OwnEvaluation(person.begin).evaluate()
    with pytest.raises(Invalid, match="future"):
        OwnEvaluation(front_desk.admin.begin).evaluate(TODAY + timedelta(days=2))


def made_up(auc_of: Mapping[str, float], size: int = 1_500, seed: int = 1, off: float = 0.0) -> Window:
    """Return a window with two groups, of which the scores say so much (0: nothing, 1: the chance itself)."""
    draw = np.random.default_rng(seed)
    names = sorted(auc_of)
    of = draw.integers(0, len(names), size)
    logit = draw.normal(-1.0, 1.2, size)
    knows = np.array([auc_of[name] for name in names])[of]
    shift = np.where(of == 0, off, 0.0)
    chance = 1 / (1 + np.exp(-(knows * logit - 1.0 * (1 - knows) + shift)))
    happened = (draw.random(size) < chance).astype(np.float64)
    tested = report.Tested({PRODUCT: Said(1 / (1 + np.exp(-logit)))}, happened, np.arange(size))
    return Window(tested, np.zeros(size, dtype=np.int64), (Grouping("language", names, of),))


def worse(window: Window) -> list[str]:
    return [each.name for each in figures_of(window).groups if each.worse]


def test_worse_is_said_only_where_there_is_enough_to_say_it() -> None:
    assert worse(made_up({"a": 0.1, "b": 1.0}, 6_000)) == ["a"]
    # The same, but too few outcomes to tell it from chance.
    assert worse(made_up({"a": 0.1, "b": 1.0}, 60)) == []
    # A group whose chances are said too low, though they are ranked as well.
    assert worse(made_up({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}, 8_000, off=0.8)) == ["a"]
    # Alike: chance alone names next to none in twenty clinics with two groups each.
    named = [worse(made_up({"a": 1.0, "b": 1.0}, 300, seed)) for seed in range(20)]
    assert sum(map(len, named)) <= 2


def test_too_good_to_be_true_is_said(maker: ClinicMaker) -> None:
    admin = planted(maker, 200, 2_000, seed=8).admin
    with admin.begin() as tx:
        # Whoever comes was booked on the day itself, nobody else was.
        tx.connection.exec_driver_sql(
            "UPDATE appointment SET booked_at = appointment_datetime "
            "- CASE status WHEN 'NO_SHOW' THEN interval '30 days' ELSE interval '0' END"
        )
    notes = evaluated(admin)["own-no-show"].report.notes
    assert notes[-1].startswith("SUSPICIOUS: an AUC of ")
    assert "above 0.85" in notes[-1]
    assert "in the clinic's data" in notes[-1]
    missed = next(each for each in Learning(admin.begin).learn() if each.scorer is NO_SHOW)
    assert "right more often than anybody can be" in missed.sentence
