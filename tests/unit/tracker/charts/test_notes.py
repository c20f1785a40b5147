from datetime import date, timedelta

import pytest

from tests.unit.tracker.charts.examples import chart, texts
from tracker.charts.scene import Scene, Stroke, Text
from tracker.charts.style import Ink
from tracker.charts.trend import Boundary, DatedEvent, compose, trend_svg
from tracker.charts.typography import width_of

SWITCH = Boundary(on=date(2024, 1, 15), words="other laboratory: not compared")
HOLIDAY = DatedEvent(on=date(2023, 7, 1), words="holiday in the sun")


def dotted(scene: Scene) -> list[Stroke]:
    return [item for item in scene.items if isinstance(item, Stroke) and item.dash]


def written(scene: Scene, words: str) -> Text:
    found = [i for i in scene.items if isinstance(i, Text) and i.words == words]
    assert len(found) == 1
    return found[0]


def test_a_boundary_is_said_in_words_and_drawn_down_to_the_axis() -> None:
    scene = compose(chart(boundaries=(SWITCH,)))

    (line,) = dotted(scene)
    assert written(scene, SWITCH.words)
    assert line.spots[0][0] == line.spots[1][0]
    assert line.spots[1][1] - line.spots[0][1] > 300


def test_a_boundary_says_what_it_means_where_there_is_no_room_for_why() -> None:
    words = "other part measured and laboratory and method: not compared"
    drawn = chart(boundaries=(SWITCH, Boundary(on=date(2024, 5, 15), words=words)))

    assert written(compose(drawn, width=1000), words)
    assert written(compose(drawn, width=360), "not compared")


def test_an_event_is_named_above_the_plot_and_never_enters_it() -> None:
    scene = compose(chart(events=(HOLIDAY,)))

    marks_top = min(y for run in scene.marks for _, y in run.spots)
    ticks = [
        item
        for item in scene.items
        if isinstance(item, Stroke) and item.ink is Ink.NOTE
    ]
    assert written(scene, HOLIDAY.words).y < marks_top
    assert max(y for _, y in ticks[0].spots) < marks_top


@pytest.mark.parametrize("width", [320, 360, 720, 1000])
def test_no_two_notes_share_a_place(width: int) -> None:
    events = tuple(
        DatedEvent(on=date(2023, 1, 20) + timedelta(days=60 * n), words=f"event {n}")
        for n in range(10)
    )

    scene = compose(chart(events=events, boundaries=(SWITCH,)), width=width)

    notes = [
        item
        for item in scene.items
        if isinstance(item, Text)
        and (item.words.startswith("event ") or item.words == SWITCH.words)
    ]
    assert len(notes) >= 10
    for one in notes:
        for other in notes:
            if one is not other and abs(one.y - other.y) < 10:
                left, right = sorted((one, other), key=lambda note: note.x)
                assert left.x + width_of(left.words, left.size) < right.x


def test_a_note_outside_the_view_is_left_out() -> None:
    early = DatedEvent(on=date(2019, 1, 1), words="long ago")

    assert "long ago" not in texts(trend_svg(chart(events=(early,)), inline=True))


def test_a_note_at_the_right_edge_stays_on_the_sheet() -> None:
    late = DatedEvent(on=date(2024, 12, 30), words="a long story about a journey")

    note = written(compose(chart(events=(late,)), width=360), late.words)

    assert note.x + width_of(late.words, note.size) <= 360


def test_a_boundary_s_line_does_not_go_through_an_event_s_words() -> None:
    event = DatedEvent(on=date(2023, 12, 1), words="holiday in the sun")

    scene = compose(chart(events=(event,), boundaries=(SWITCH,)), width=360)

    (line,) = dotted(scene)
    note = written(scene, event.words)
    right = note.x + width_of(note.words, note.size)
    assert not note.x < line.spots[0][0] < right
