"""From bytes to text."""

import pytest

from labs.formats.parsed import FileRefused
from labs.formats.tabular import known_names_in
from labs.formats.text_decoding import CODE_PAGES, HEAD, decode

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
        ("cp850", "Datum;Prüfung;Wert\n2024-03-01;27 µg/l;5\n"),
        ("cp1251", "Дата взятия;Исследование;Результат\n2024-03-01;ж;5\n"),
        ("koi8_u", "Дата взятия;Исследование;Результат\n2024-03-01;ж;5\n"),
        ("cp866", "Дата взятия;Исследование;Результат\n2024-03-01;ж;5\n"),
        ("cp1253", "Εξέταση;Αποτέλεσμα;Μονάδες\nλψφ;5;ng/mL\n"),
        ("cp1255", "תאריך דגימה;בדיקה;תוצאה\n2024-03-01;בדיקה;5\n"),
        ("cp932", "採血日,検査項目,結果,単位\n2024-03-01,25-OHビタミンD,5,ng/mL\n"),
        ("euc_jp", "採血日,検査項目,結果,単位\n2024-03-01,25-OHビタミンD,5,ng/mL\n"),
        ("gb18030", "采样日期,项目名称,结果,单位\n2024-03-01,维生素,5,ng/mL\n"),
        ("cp950", "採檢日期,檢驗項目,結果,單位\n2024-03-01,維生素,5,ng/mL\n"),
        ("cp1257", "Ėminio paėmimo data;Tyrimas;Reikšmė\n2024-03-01;ž;5\n"),
        ("cp852", "Datum odběru;Vyšetření;Výsledek\n2024-03-01;ř;5\n"),
        ("cp775", "Ėminio paėmimo data;Tyrimas;Reikšmė\n2024-03-01;ž;5\n"),
        ("cp857", "Ad Soyad;Doğum Tarihi;Sonuç;Ölçüm Tarihi\nŞule;2024-03-01;5;\n"),
        ("iso8859_5", "Дата взятия;Исследование;Результат\n2024-03-01;ж;5\n"),
        ("mac_cyrillic", "Дата взятия;Исследование;Результат\n2024-03-01;ж;5\n"),
        ("cp874", "วันที่,รายการตรวจ,ผล,หน่วย\n2024-03-01,ก,5,ng/mL\n"),
        ("cp949", "채혈일,검사명,결과,단위\n2024-03-01,비타민,5,ng/mL\n"),
    ],
)
def test_column_names_tell_the_code_page(codec: str, text: str) -> None:
    decoded = decode(text.encode(codec), known_names_in)

    assert decoded.text == text
    assert decoded.encoding in decoded.warning


def test_a_letter_cut_in_two_where_the_head_ends_is_no_harm() -> None:
    header = "採血日,検査項目,結果,単位\n"
    for shift in range(2):
        text = header + " " * shift + "ビ" * 40_000 + "\n"

        assert decode(text.encode("cp932"), known_names_in).text == text


def test_a_code_page_that_has_no_letter_for_a_later_byte_is_not_taken() -> None:
    head = "採血日,検査項目,結果,単位\n2024-03-01,25-OHビタミンD,5,ng/mL\n".encode(
        "cp932"
    )
    far = b"2024-03-02,x,6,ng/mL\n" * (HEAD // 20)

    assert decode(head + far, known_names_in).encoding == "Shift JIS (Japanese)"
    assert decode(head + far + b"\x81", known_names_in).encoding != (
        "Shift JIS (Japanese)"
    )


def test_without_column_names_no_other_alphabet_is_thought_of() -> None:
    text = "Дата взятия;Исследование;Результат\n".encode("cp1251")

    assert decode(text, known_names_in).encoding == "Windows-1251 (Cyrillic)"
    assert decode(text, None).encoding in [name for _, name in CODE_PAGES]


def test_western_text_is_never_read_as_another_alphabet() -> None:
    for word in ("Größe", "Prélèvement", "Résultat µg/l", "Façade à côté", "naïve"):
        text = f"name;value\n{word};5\n"

        assert decode(text.encode("cp1252"), known_names_in).text == text


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
