"""A drill that ran alone changes its own section of docs/drills.md, and no other."""

from tests.integration.operations import drill

FIGURES = {"odd requests": "18", "refused": "18"}
RAN = "29 November 2026, at 1 of full size."


def part(name: str, refused: str = "18") -> str:
    return drill.section(name, FIGURES | {"refused": refused}, ran=RAN)


def test_a_section_takes_the_place_of_its_own_and_the_others_stay() -> None:
    page = drill.with_sections(drill.HEAD, [part("slow"), part("framing", "17")])

    changed = drill.with_sections(page, [part("framing")])

    assert changed == page.replace("| refused | 17 |", "| refused | 18 |")
    assert part("slow") in changed
    assert drill.with_sections(changed, []) == changed


def test_what_is_new_stands_in_the_order_of_the_drills() -> None:
    page = drill.with_sections(drill.HEAD, [part("queue"), part("slow")])

    grown = drill.with_sections(page, [part("framing")])

    titles = [line[3:] for line in grown.splitlines() if line.startswith("## ")]
    wanted = [drill.DRILLS[name].title for name in ("slow", "framing", "queue")]
    assert titles == wanted


def test_what_somebody_wrote_of_their_own_stays_at_the_end() -> None:
    page = drill.with_sections(f"{drill.HEAD}\n## By hand\n\nOne word.\n", [])

    grown = drill.with_sections(page, [part("slow")])

    assert grown.endswith("\n## By hand\n\nOne word.\n")


def test_the_page_that_is_there_keeps_its_form() -> None:
    page = drill.PAGE.read_text()

    assert drill.with_sections(page, []) == page
