"""
Several reports as one file, to be printed in one go and read by a screen reader.

Pages keep their look and their own numbers. What makes a PDF readable without seeing it
is kept as well: each file's tree of tags becomes a branch of one tree. A page finds its
tags by a number, a cell finds its heads by a name; both are unique in their own file
alone, so those of each further file are moved behind those of the files before it.
"""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf

# The same in all files of one batch: language, that it is tagged, title, PDF/UA.
_SHARED = ("/Lang", "/MarkInfo", "/ViewerPreferences", "/Metadata")


def bound_pdf(reports: Iterable[tuple[str, bytes]]) -> bytes:
    """Return tagged PDFs one after the other, each under its title in the outline."""
    written = io.BytesIO()
    with pikepdf.new() as whole:
        with whole.open_outline() as outline:
            tags = _Tags(whole)
            for order, (title, content) in enumerate(reports):
                first = len(whole.pages)
                with pikepdf.open(io.BytesIO(content)) as single:
                    whole.pages.extend(single.pages)
                    tags.graft(single, first, order)
                if title:
                    outline.root.append(pikepdf.OutlineItem(title, first))
            tags.close()
        whole.save(
            written,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return written.getvalue()


class _Tags:
    """The one tree in the making."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self._whole = whole
        self._root = whole.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
        )
        self._kids: list[Any] = []
        self._numbers: list[Any] = []
        self._names: list[Any] = []
        self._places = 0

    def graft(self, single: pikepdf.Pdf, first: int, order: int) -> None:
        """Take over the tags of a file whose pages are there from `first` on."""
        if not first:
            self._take_over(single)
        tree = self._whole.copy_foreign(single.Root.StructTreeRoot)
        for page in self._whole.pages[first:]:
            if "/StructParents" in page:
                page.StructParents = int(page.StructParents) + self._places
        for place, tags in _pairs(tree.ParentTree, "/Nums"):
            self._numbers.extend([int(place) + self._places, tags])
        self._places += int(tree.ParentTreeNextKey)
        for name, tag in _pairs(tree.get("/IDTree", {}), "/Names"):
            self._names.extend([_renamed(name, order), tag])
        for kid in tree.K:
            kid.P = self._root
            self._kids.append(kid)
            _rename(kid, order)

    def _take_over(self, first: pikepdf.Pdf) -> None:
        for key in _SHARED:
            self._whole.Root[key] = self._copied(first, first.Root[key])
        roles = first.Root.StructTreeRoot.RoleMap
        self._root.RoleMap = self._copied(first, roles)
        self._whole.trailer.Info = self._copied(first, first.trailer.Info)

    def _copied(self, single: pikepdf.Pdf, value: Any) -> Any:  # noqa: ANN401 - any node of a PDF
        if isinstance(value, str | int):
            return value
        return self._whole.copy_foreign(single.make_indirect(value))

    def close(self) -> None:
        """Hang the tree into the file."""
        self._root.K = pikepdf.Array(self._kids)
        numbers, names = pikepdf.Array(self._numbers), pikepdf.Array(self._names)
        self._root.ParentTree = pikepdf.Dictionary(Nums=numbers)
        self._root.ParentTreeNextKey = self._places
        self._root.IDTree = pikepdf.Dictionary(Names=names)
        self._whole.Root.StructTreeRoot = self._root


def _pairs(tree: Any, key: str) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any node of a PDF
    """Yield what is under each number or name of a tree without branches."""
    flat = list(tree.get(key, ()))
    return zip(flat[::2], flat[1::2], strict=True)


def _rename(tag: Any, order: int) -> None:  # noqa: ANN401 - any node of a PDF
    """Rename a tag that has a name, and whatever names it, below this one as well."""
    waiting = [tag]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue  # a number: marked content of the page
        if "/ID" in node:
            node.ID = _renamed(node.ID, order)
        for attributes in _listed(node.get("/A")):
            if "/Headers" in attributes:
                heads = [_renamed(head, order) for head in attributes.Headers]
                attributes.Headers = pikepdf.Array(heads)
        waiting.extend(_listed(node.get("/K")))


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any node of a PDF
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _renamed(name: object, order: int) -> pikepdf.String:
    """Return a name that sorts behind all names of the files before."""
    return pikepdf.String(f"{order:06d}{name}")
