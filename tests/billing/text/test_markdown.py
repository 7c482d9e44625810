import pytest

from billing.text import TextRefused, render_markdown

REL = ' rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("# Why did my payment fail?", "<h1>Why did my payment fail?</h1>\n"),
        ("**bold** and *soft* and ~~gone~~", "<p><strong>bold</strong> and <em>soft</em> and <s>gone</s></p>\n"),
        ("[refunds](/help/refunds/)", f'<p><a href="/help/refunds/"{REL}>refunds</a></p>\n'),
        ("[x](https://bank.test)", f'<p><a href="https://bank.test"{REL}>x</a></p>\n'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](//evil.test)", f"<p><a{REL}>x</a></p>\n"),
        ("[x](/\\\\evil.test)", f'<p><a href="/%5Cevil.test"{REL}>x</a></p>\n'),
        ("[x](magnet:?xt=1)", f"<p><a{REL}>x</a></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"),
        ("![a](/static/a.png)", '<p><img src="/static/a.png" alt="a"></p>\n'),
        ("![a](https://evil.test/a.png)", '<p><img alt="a"></p>\n'),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        (
            "|a|\n|:-:|\n|b|",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>\n",
        ),
        ("```sql\nselect 1\n```", "<pre><code>select 1\n</code></pre>\n"),
        ("{{ 7*7 }} {% debug %}", "<p>{{ 7*7 }} {% debug %}</p>\n"),
        ("", ""),
    ],
)
def test_rendering(source: str, rendered: str) -> None:
    assert render_markdown(source) == rendered


def test_too_long_a_text_is_refused_with_its_length() -> None:
    with pytest.raises(TextRefused, match="50,001 characters, and at most 50,000"):
        render_markdown("a" * 50_001)


def test_deep_quotes_end_at_the_parser() -> None:
    assert render_markdown("> " * 20_000 + "x").count("<blockquote>") == 20
