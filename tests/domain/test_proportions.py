"""Shares are compared as the papers and the usual libraries compare them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.proportions import (
    SPLIT_ALARM,
    Arm,
    Interval,
    chi_square_tail,
    newcombe,
    patients_needed,
    percent,
    pooled_z,
    power_of,
    smallest_shown,
    split_p,
    tail,
    two_sided,
    wilson,
)

arms = st.integers(0, 2_000).flatmap(lambda n: st.builds(Arm, st.just("A"), st.just(n), st.integers(0, n)))


@pytest.mark.parametrize(
    ("rate", "hoped", "patients"),
    [
        (0.03, 0.04, 5_301),
        (0.05, 0.06, 8_158),
        (0.05, 0.07, 2_213),
        (0.08, 0.10, 3_213),
        (0.08, 0.12, 882),
        (0.15, 0.20, 906),
    ],
)
def test_sizes_are_those_of_the_reference(rate: float, hoped: float, patients: int) -> None:
    assert abs(patients_needed(rate, hoped) - patients) <= 1
    assert patients_needed(hoped, rate) == patients_needed(rate, hoped)
    enough = patients_needed(rate, hoped)
    assert power_of(rate, hoped, enough, enough) >= 0.8 > power_of(rate, hoped, enough - 2, enough - 2)


@pytest.mark.parametrize(("patients", "power"), [(500, 0.28), (2_000, 0.78), (10_000, 1.0)])
def test_the_power_of_even_arms_is_that_of_the_reference(patients: int, power: float) -> None:
    assert power_of(0.05, 0.08, patients // 2, patients // 2) == pytest.approx(power, abs=0.01)


def test_the_interval_is_the_one_printed_in_the_paper() -> None:
    # Newcombe 1998, table II, contrasts (a) and (g) by method 10.
    found = newcombe(Arm("A", 80, 48), Arm("B", 70, 56))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    found = newcombe(Arm("A", 10, 0), Arm("B", 10, 10))
    assert (found.low, found.high) == pytest.approx((0.6075, 1.0), abs=5e-5)


@given(arms, arms)
def test_the_interval_holds_the_difference_and_turns_with_the_arms(a: Arm, b: Arm) -> None:
    found, turned = newcombe(a, b), newcombe(b, a)
    assert -1.0 - 1e-12 <= found.low <= found.high <= 1.0 + 1e-12
    assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low), abs=1e-12)
    if a.patients and b.patients:
        assert found.low - 1e-12 <= b.rate - a.rate <= found.high + 1e-12
    else:
        assert found == Interval(-1.0, 1.0)
    assert pooled_z(a, b) == pytest.approx(-pooled_z(b, a), abs=1e-12)


def test_nothing_to_compare_is_no_difference() -> None:
    assert pooled_z(Arm("A", 0, 0), Arm("B", 10, 3)) == 0.0
    assert pooled_z(Arm("A", 10, 0), Arm("B", 10, 0)) == 0.0
    assert pooled_z(Arm("A", 10, 10), Arm("B", 10, 10)) == 0.0
    assert Arm("A", 0, 0).rate == 0.0
    assert power_of(0.05, 0.08, 0, 100) == 0.0


@pytest.mark.parametrize(("patients", "returned"), [(10, 11), (10, -1), (-1, 0)])
def test_counts_that_cannot_be_are_refused(patients: int, returned: int) -> None:
    with pytest.raises(Invalid, match="check both counts"):
        Arm("A", patients, returned)


@pytest.mark.parametrize("rates", [(0.0, 0.1), (0.1, 1.0), (0.1, 0.1)])
def test_shares_that_cannot_be_planned_are_refused(rates: tuple[float, float]) -> None:
    with pytest.raises(Invalid):
        patients_needed(*rates)


def test_the_smallest_rise_is_the_one_that_shows() -> None:
    rise = smallest_shown(0.08, 882, 882)
    assert rise == pytest.approx(0.04, abs=1e-3)
    assert smallest_shown(0.08, 2, 2) is None


def test_a_wrong_split_is_seen_for_any_number_of_arms() -> None:
    assert split_p((500, 500), (0.5, 0.5)) == 1.0
    assert split_p((0, 0), (0.5, 0.5)) == 1.0
    assert split_p((520, 480), (0.5, 0.5)) > SPLIT_ALARM
    assert split_p((600, 400), (0.5, 0.5)) < SPLIT_ALARM
    assert split_p((8_000, 1_000, 1_000), (0.8, 0.1, 0.1)) == 1.0
    assert split_p((8_000, 1_200, 800), (0.8, 0.1, 0.1)) < SPLIT_ALARM
    # Shares are taken in relation to one another.
    assert split_p((70, 30), (4.0, 1.0)) == pytest.approx(split_p((70, 30), (0.8, 0.2)))
    for counts, shares in (((1,), (1.0,)), ((1, 2), (1.0, 0.0)), ((1, 2), (0.5, 0.2, 0.3)), ((-1, 2), (0.5, 0.5))):
        with pytest.raises(Invalid, match="planned share"):
            split_p(counts, shares)


def test_it_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for freedom in range(1, 12):
        for square in (0.0, 1e-6, 0.3, 1.0, 3.84, 10.83, 40.0, 200.0):
            expected = float(stats.chi2.sf(square, freedom))
            assert chi_square_tail(square, freedom) == pytest.approx(expected, rel=1e-9)
    for z in (0.0, 0.5, 1.96, 4.56, 9.0):
        assert tail(z) == pytest.approx(float(stats.norm.sf(z)), rel=1e-9)
    for patients, returned in ((10, 0), (10, 10), (50, 3), (3_000, 240)):
        expected = stats.binomtest(returned, patients).proportion_ci(0.95, "wilson")
        found = wilson(Arm("A", patients, returned))
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    # Without correction chi-square of a 2 x 2 table is the square of the pooled z.
    a, b = Arm("A", 980, 80), Arm("B", 1_010, 121)
    table = [[each.returned, each.patients - each.returned] for each in (a, b)]
    assert pooled_z(a, b) ** 2 == pytest.approx(float(stats.chi2_contingency(table, correction=False).statistic))
    assert two_sided(pooled_z(a, b)) == pytest.approx(float(stats.chi2_contingency(table, correction=False).pvalue))


def test_it_agrees_with_statsmodels() -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    found = newcombe(Arm("A", 400, 20), Arm("B", 1_600, 128))
    expected = proportion.confint_proportions_2indep(128, 1_600, 20, 400, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_a_share_is_read_as_percent() -> None:
    assert percent(0.08234) == "8.2 %"
    assert math.isclose(Arm("A", 400, 20).rate, 0.05)
