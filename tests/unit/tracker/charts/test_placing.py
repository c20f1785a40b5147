from tracker.charts.placing import Box, Drawn

PLOT = Box(0, 0, 300, 200)


def test_a_place_on_a_mark_is_not_free() -> None:
    drawn = Drawn(PLOT)
    drawn.add_trend([(100.0, 100.0)], [], radius=6)

    assert not drawn.is_free(Box(95, 95, 130, 110))
    assert drawn.is_free(Box(115, 95, 150, 110))


def test_a_place_on_a_line_between_two_marks_is_not_free() -> None:
    drawn = Drawn(PLOT)
    drawn.add_trend([(20.0, 20.0), (220.0, 180.0)], [slice(0, 2)], radius=4)

    assert not drawn.is_free(Box(110, 90, 130, 110))
    assert drawn.is_free(Box(110, 140, 130, 160))


def test_unjoined_marks_leave_the_place_between_them_free() -> None:
    drawn = Drawn(PLOT)
    drawn.add_trend([(20.0, 20.0), (220.0, 180.0)], [], radius=4)

    assert drawn.is_free(Box(110, 90, 130, 110))


def test_a_place_outside_the_plot_is_not_free() -> None:
    assert not Drawn(PLOT).is_free(Box(290, 10, 310, 20))
    assert not Drawn(PLOT).is_free(Box(10, 190, 30, 210))


def test_the_first_free_place_is_taken_by_its_words() -> None:
    drawn = Drawn(PLOT)
    place = Box(10, 10, 50, 30)

    assert drawn.first_free([place]) == place
    assert drawn.first_free([place]) is None
