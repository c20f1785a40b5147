from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.domain.comparability import (
    Differs,
    boundary_between,
    folded,
    is_another_name,
    not_stated,
    segments,
)
from labs.domain.quantities import Measurand


@dataclass(frozen=True)
class Point:
    laboratory: str = "Riverside"
    method: str = "Liaison XL"
    specimen: str = "serum"
    measurand: Measurand = Measurand.TOTAL


points = st.builds(
    Point,
    laboratory=st.sampled_from(["", "Riverside", "RIVERSIDE", "LabCorp"]),
    method=st.sampled_from(["", "Liaison XL", "LC-MS/MS"]),
    specimen=st.sampled_from(["", "serum"]),
    measurand=st.sampled_from([Measurand.TOTAL, Measurand.D3]),
)


@pytest.mark.parametrize(
    ("later", "kind", "said"),
    [
        (
            Point(laboratory="LabCorp"),
            Differs.LABORATORY,
            (
                "These results come from two laboratories, Riverside and LabCorp. "
                "Laboratories can measure differently, so we do not calculate a change "
                "between them."
            ),
        ),
        (
            Point(method="LC-MS/MS"),
            Differs.METHOD,
            (
                "These results were measured by two methods, Liaison XL and LC-MS/MS. "
                "Methods can measure differently, so we do not calculate a change "
                "between them."
            ),
        ),
        (
            Point(specimen="dried blood spot"),
            Differs.SPECIMEN,
            (
                "These results come from two kinds of sample, serum and dried blood "
                "spot. They can differ, so we do not calculate a change between them."
            ),
        ),
        (
            Point(measurand=Measurand.D3),
            Differs.MEASURAND,
            (
                "These results are of two quantities, 25-hydroxyvitamin D (total) and "
                "25-hydroxyvitamin D3 (the D3 part), so we do not calculate a change "
                "between them."
            ),
        ),
    ],
)
def test_a_boundary_says_in_words_what_changed(
    later: Point, kind: Differs, said: str
) -> None:
    boundary = boundary_between(Point(), later)

    assert boundary is not None
    assert boundary.kind is kind
    assert str(boundary.sentence) == said


def test_the_measurand_is_named_before_the_laboratory() -> None:
    later = Point(measurand=Measurand.D3, laboratory="LabCorp")

    boundary = boundary_between(Point(), later)

    assert boundary is not None
    assert boundary.kind is Differs.MEASURAND


@pytest.mark.parametrize(
    "later", [Point(), Point(laboratory=""), Point(method=""), Point(specimen=" ")]
)
def test_what_is_not_stated_is_no_difference(later: Point) -> None:
    assert boundary_between(Point(), later) is None
    assert boundary_between(later, Point()) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Labcorp", "LabCorp"),
        ("Lab Corp.", "LABCORP"),
        ("Unilabs Zürich", "Unilabs Zurich"),
        ("Laboratoire  d'Évry", "laboratoire d\N{RIGHT SINGLE QUOTATION MARK}evry"),
    ],
)
def test_a_laboratory_is_the_same_under_another_spelling(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert boundary_between(Point(laboratory=one), Point(laboratory=other)) is None


def test_a_clinics_aliases_join_two_names_of_one_laboratory() -> None:
    aliases = {"laboratorycorporationofamerica": "labcorp"}
    full, short = Point("Laboratory Corporation of America"), Point("LabCorp")

    assert boundary_between(full, short) is not None
    assert boundary_between(full, short, aliases=aliases) is None
    assert len(segments([full, short], aliases=aliases)) == 1


def test_names_in_another_script_are_told_apart() -> None:
    assert is_another_name("مختبر الأمل", "مختبر النور")


def test_what_the_report_did_not_state_is_said() -> None:
    assert [str(line) for line in not_stated(Point("", " ", "-"))] == [
        "Laboratory not stated.",
        "Method not stated.",
        "Kind of sample not stated.",
    ]
    assert not_stated(Point()) == ()


# Segments


def test_no_points_have_no_segments() -> None:
    assert segments([]) == ()


def test_a_changed_laboratory_starts_a_new_segment_with_its_reason() -> None:
    before, after = Point(), Point(laboratory="LabCorp")

    first, second = segments([before, before, after])

    assert (first.points, first.boundary) == ((before, before), None)
    assert second.points == (after,)
    assert second.boundary == boundary_between(before, after)


def test_an_unstated_laboratory_never_bridges_two_different_ones() -> None:
    unstated = Point(laboratory="")

    first, second = segments([Point(), unstated, Point(laboratory="LabCorp")])

    assert len(first.points) == 2
    assert second.boundary is not None
    assert second.boundary.earlier == "Riverside"


def test_an_unstated_laboratory_stays_with_the_one_around_it() -> None:
    assert len(segments([Point(), Point(laboratory=""), Point()])) == 1


def test_a_d3_result_is_never_on_the_line_of_totals() -> None:
    series = [Point(), Point(measurand=Measurand.D3), Point()]

    assert [len(each.points) for each in segments(series)] == [1, 1, 1]


@given(st.lists(points))
def test_segments_keep_every_point_in_order(series: list[Point]) -> None:
    joined = [point for each in segments(series) for point in each.points]

    assert joined == series


@given(st.lists(points))
def test_within_a_segment_no_two_stated_names_differ(series: list[Point]) -> None:
    for segment in segments(series):
        for one in segment.points:
            for other in segment.points:
                assert boundary_between(one, other) is None


@given(points, points)
def test_a_boundary_does_not_depend_on_the_order(one: Point, other: Point) -> None:
    forth, back = boundary_between(one, other), boundary_between(other, one)

    assert (forth and forth.kind) == (back and back.kind)
