"""From bytes to text."""

import pytest

from labs.formats.parsed import FileRefused
from labs.formats.tabular import known_names_in
from labs.formats.text_decoding import decode

HEADER = "Datum;Größe;Wert µ\n2024-03-01;ü;5\n"


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("latin-1", "Windows-1252 (Western)"),
    ],
)
def test_the_text_is_the_same_under_every_encoding(codec: str, name: str) -> None:
    decoded = decode(HEADER.encode(codec), known_names_in)

    assert decoded.text == HEADER
    assert decoded.encoding == name


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1250", "Imię i nazwisko;Data pobrania;Wynik\nŁucja Wąska;2024-03-01;5\n"),
        (
            "iso8859_2",
            "Imię i nazwisko;Data pobrania;Wynik\nŻaneta Śliwa;2024-03-01;5\n",
        ),
        ("cp1254", "Ad Soyad;Doğum Tarihi;Sonuç\nIşıl;2024-03-01;5\n"),  # noqa: RUF001 - Turkish
        ("cp1256", "اسم المريض;تاريخ العينة;النتيجة\nليلى;2024-03-01;5\n"),
        ("cp1252", "Nom;Prénom;Résultat\nLefèvre;Zoé;5\n"),
        ("mac_roman", "Name;Größe;Wert\nJörg Übung;ß;5\n"),
    ],
)
def test_column_names_tell_the_code_page(codec: str, text: str) -> None:
    decoded = decode(text.encode(codec), known_names_in)

    assert decoded.text == text
    assert decoded.encoding in decoded.warning


def test_binary_is_refused() -> None:
    with pytest.raises(FileRefused, match="NUL bytes"):
        decode(b"SAS\0\0\0\x01\x02binary" * 20, known_names_in)


def test_a_lone_zero_byte_is_refused() -> None:
    with pytest.raises(FileRefused, match="NUL bytes"):
        decode(b"date,value\n2024-03-01,5\0\n" * 20, known_names_in)


def test_mixed_encodings_are_refused_with_the_line() -> None:
    mixed = "Größe;µ\n".encode() + "Größe".encode("latin-1")

    with pytest.raises(FileRefused, match="line 2 is not"):
        decode(mixed, known_names_in)


def test_cut_off_utf_16_is_refused() -> None:
    with pytest.raises(FileRefused, match="cut off"):
        decode(HEADER.encode("utf-16")[:-1], known_names_in)
