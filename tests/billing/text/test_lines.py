import pytest

from billing.text import clean_file_name, clean_line, clean_text


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("Jane  Doe", "Jane Doe"),
        ("  a\tb\n c ", "a b c"),
        ("Subject\r\nBcc: victim@test", "Subject Bcc: victim@test"),
        ("a\x00b\x1bc\x9f", "abc"),
        ("invoice_\u202efdp.exe", r"invoice_\u202efdp.exe"),
        ("pay\u200bpal", r"pay\u200bpal"),
        ("a\u200db", r"a\u200db"),
        ("\u200bhidden", r"\u200bhidden"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("e\u0301", "é"),
        ("a\ud800b", "a\ufffdb"),
        ("z" + "\u0301\u0316" * 500, "ź" + "\u0316" * 3 + "\u0301" * 2),
        ("\U000e0041tag", r"\U000e0041tag"),
        ("", ""),
    ],
)
def test_a_line(typed: str, cleaned: str) -> None:
    assert clean_line(typed) == cleaned


def test_a_line_is_cut_with_a_mark() -> None:
    assert clean_line("a" * 201) == "a" * 199 + "…"
    assert clean_line("a" * 10_000_000, limit=5) == "aaaa…"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb  c", "a\tb  c"),
        ("\n\nhello\x00\n", "hello"),
        ("\u202eevil\u202c", r"\u202eevil\u202c"),
        ("שלום\u200f!", "שלום\u200f!"),
    ],
)
def test_a_body(typed: str, cleaned: str) -> None:
    assert clean_text(typed) == cleaned


def test_a_body_is_cut_with_a_mark() -> None:
    assert clean_text("a" * 11, limit=10) == "a" * 9 + "…"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\bills\\may.pdf", "C__bills_may.pdf"),
        ("may.pdf...", "may.pdf"),
        ("con.txt", "file_con.txt"),
        ("NUL", "file_NUL"),
        ("", "file"),
        ("...", "file"),
        ("．．／x", "_x"),
        ("bill\u202efdp.exe", "bill_u202efdp.exe"),
        ("a\r\nb.pdf", "a b.pdf"),
        ("é" * 200 + ".pdf", "é" * 125 + ".pdf"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_file_name(sent: str, kept: str) -> None:
    assert clean_file_name(sent) == kept
    assert len(clean_file_name(sent).encode()) <= 255
