"""Reports bound to one file: what a screen reader needs is still all there."""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

from tests.unit.tracker.reports.examples import long_report
from tracker.reports.binding import bound_pdf
from tracker.reports.visit_report import report_pdf


def single_files(count: int) -> list[tuple[str, bytes]]:
    made = [report_pdf(long_report(40 + n)) for n in range(count)]
    return [(f"Person {n}", content) for n, content in enumerate(made)]


def tags_of(content: bytes) -> list[Any]:
    tree: Any = PdfReader(io.BytesIO(content)).root_object["/StructTreeRoot"]
    return list(below(tree["/K"]))


def below(kids: Any) -> Iterator[Any]:  # noqa: ANN401 - any node of a PDF
    for kid in kids if isinstance(kids, list) else [kids]:
        node = kid.get_object()
        if isinstance(node, dict) and "/S" in node:
            yield node
            yield from below(node.get("/K", []))


def test_every_tag_of_every_file_is_there_in_its_order() -> None:
    singles = single_files(3)

    bound = tags_of(bound_pdf(singles))

    alone = [tag["/S"] for _title, content in singles for tag in tags_of(content)]
    assert len(alone) > 100
    assert [tag["/S"] for tag in bound] == alone


def test_each_page_finds_its_own_tags_by_its_number() -> None:
    read = PdfReader(io.BytesIO(bound_pdf(single_files(3))))
    flat: Any = read.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]  # type: ignore[index]
    found = dict(zip(flat[::2], flat[1::2], strict=True))

    pages = [page for page in read.pages if "/StructParents" in page]
    places: list[Any] = [page["/StructParents"] for page in pages]

    assert sorted(set(places)) == sorted(found) == list(range(len(places)))
    assert len(pages) > 3
    for page, place in zip(pages, places, strict=True):
        owners = [tag.get_object() for tag in found[place].get_object()]
        theirs = {tag.raw_get("/Pg").idnum for tag in owners if "/Pg" in tag}
        assert page.indirect_reference is not None
        assert theirs == {page.indirect_reference.idnum}


def test_the_heads_that_a_cell_names_are_those_of_its_own_file() -> None:
    read = PdfReader(io.BytesIO(bound_pdf(single_files(2))))
    tree: Any = read.root_object["/StructTreeRoot"]
    flat = tree["/IDTree"]["/Names"]
    names = flat[::2]

    assert names == sorted(set(names))
    for branch in tree["/K"]:
        inside = list(below([branch]))
        own = {tag["/ID"] for tag in inside if "/ID" in tag}
        named = {
            head
            for tag in inside
            for attributes in below_attributes(tag)
            for head in attributes.get("/Headers", ())
        }
        assert named
        assert named <= own


def below_attributes(tag: Any) -> Iterator[Any]:  # noqa: ANN401 - any node of a PDF
    found = tag.get("/A", [])
    for each in found if isinstance(found, list) else [found]:
        yield each.get_object()


def test_language_title_and_the_mark_of_the_standard_stay() -> None:
    content = bound_pdf(single_files(2))
    root: Any = PdfReader(io.BytesIO(content)).root_object

    assert content.startswith(b"%PDF-1.7")
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
