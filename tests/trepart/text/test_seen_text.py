"""What the reader of a document sees is taken in with its meaning; what the reader does not see is not."""

import re

import pytest

from trepart.text.plain import from_lines, from_text, from_written, paragraphs_of, plain, to_written
from trepart.text.refusals import NotTaken
from trepart.text.rich import clean, pasted, redacted

BEGIN, SEPARATOR, END = (f"<span style='mso-element:field-{one}'></span>" for one in ("begin", "separator", "end"))
SKIPPED = "<![if !supportLists]><span style='mso-list:Ignore'>{}<span>&nbsp;</span></span><![endif]>{}"


def point(mark: str, words: str, level: int = 1, key: str = "l0") -> str:
    return f"<p style='mso-list:{key} level{level} lfo1'>{SKIPPED.format(mark, words)}</p>"


@pytest.mark.parametrize(
    "unseen",
    [
        "<del cite='mailto:Kari' datetime='2026-11-01'>slettet</del>", "<s>slettet</s>", "<strike>slettet</strike>",
        "<span class=msoDel>slettet</span>", "<span style='text-decoration:line-through'>slettet</span>",
        "<span style='text-decoration: underline line-through'><b>slettet</b></span>",
        "<span class='TextRun TrackChangeTextDeletion SCXW1'>slettet</span>",
        "<span style='display:none'>skjult</span>", "<span style='mso-hide:all'>skjult</span>",
        "<span style='DISPLAY : NONE'>skjult</span>",
        "<span style='visibility:hidden'>skjult</span>", "<span hidden>skjult</span>",
        "<span style='font-size:0pt'>skjult</span>",
        "<!-- kommentar -->", "<!--[if supportFields]> PAGEREF _Toc1 \\h <![endif]-->",
        "<![if supportFields]>PAGE<![endif]>",
        "<a class=msocomanchor href='#_msocom_1' language=JavaScript>[KN1]</a>",
        "<span class=MsoCommentReference><span style='font-size:8pt'>[KN1]</span></span>",
        "<a style='mso-comment-reference:KN_1'>[KN1]</a>", "<sup><a href='#cmnt1' id='cmnt_ref1'>[a]</a></sup>",
        f"{BEGIN}<span> REF frist \\h </span>{SEPARATOR}{END}", f"{BEGIN} DATE {END}",
        f"{BEGIN} IF {BEGIN} X {SEPARATOR}skjult{END} = 1 {SEPARATOR}{END}",
        "<span style='display:none !important'>skjult</span>",
        "<span style='color:red;/*;*/display:/**/none'>skjult</span>",
        "<span style='font:&quot;a;b&quot;;display:n\\6fne'>skjult</span>",
        "<span style='font-size:.2pt'>skjult</span>",
        "<span style='display:none!important;display:inline'>skjult</span>", "<span style='opacity:0.00'>skjult</span>",
        "<span style='color:white'>skjult</span>", "<font color='#FFFFFF'>skjult</font>",
        "<span style='color:rgb(255, 255, 255);background:#FFF'>skjult</span>",
        "<i style='color:transparent'>skjult</i>",
        "<span style='position:absolute;left:-9999px'>skjult</span>",
        "<span style='display:inline-block;max-height:0;overflow:hidden'>skjult</span>",
        "<style>@media screen { #a1 , b.y { display : none !important } }</style><span id=a1>skjult</span>",
        "<style><!-- span.z {mso-hide:all} --></style><span class='z'>skjult</span>",
        "<style>.c{color:#fff}</style><span class=c>skjult</span>",
        "<style>.d{display:none !important}</style><span class=d style='display:inline'>skjult</span>",
        "<span style='color:#fefefe'>skjult</span>", "<span style='color:black;background:black'>skjult</span>",
        "<span style='margin-left:-9999px'>skjult</span>", "<span style='transform:scale(0)'>skjult</span>",
        "<span style='clip:rect(0,0,0,0);position:absolute'>skjult</span>", "<span style='zoom:0'>skjult</span>",
        "<span style='clip-path:inset(100%)'>skjult</span>", "<span style='color:rgba(0,0,0,0)'>skjult</span>",
        "<span style='filter:opacity(0)'>skjult</span>", "<span style='content-visibility:hidden'>skjult</span>",
        "<span style='color:rgb(254 254 254)'>skjult</span>", "<span style='font:0/0 a'>skjult</span>",
        "<span style='max-width:0;overflow:hidden'>skjult</span>", "<span style='color:snow'>skjult</span>",
        "<span style='position:absolute;right:-9999px'>skjult</span>",
        "<style>.m{color:#111;background-color:#111}</style><span class=m>skjult</span>",
        "<script>x</script>", "<style>p{color:red}</style>", "<select><option>x</select>", "<xml>x</xml>",
        "<style>.Skjult, span.Borte {display:none}</style><span class='x Borte'>skjult</span>",
    ],
)  # fmt: skip
def test_what_is_not_seen_is_not_taken_in(unseen: str) -> None:
    assert clean(f"<p>Vi{unseen} vedtar</p>") == "<p>Vi vedtar</p>"
    assert clean(f"<p>Vi<b>{unseen}</b> vedtar</p><table><tr><td>a<td>{unseen}b</table>").startswith("<p>Vi vedtar</p>")


@pytest.mark.parametrize(
    "seen",
    [
        "<span style='background:#000'><span style='color:white'>synlig</span></span>",
        "<span style='color:#fff;background-color:navy'>synlig</span>",
        "<span style='color:rgba(0,0,0,.8);background:#eee;transform:scale(0.9)'>synlig</span>",
        "<span style='color:black;background:yellow;margin-left:-18pt;font:11pt/1 Arial'>synlig</span>",
        "<span style='filter:opacity(0.9);clip:rect(auto,auto,auto,auto);color:#eeeeee'>synlig</span>",
        "<span style='color:white'><i style='color:red'>synlig</i></span>",
        "<span style='font-size:8pt;opacity:.5;visibility:visible'>synlig</span>",
        "<span style='content:&quot;display:none&quot;'>synlig</span>", "<span style='x:{display:none}'>synlig</span>",
        "<style>@media print {.p {display:none}}</style><span class=p>synlig</span>",
        "<style>.a .b {display:none} .d{display:none} .d{display:inline}</style><i class=b><b class=d>synlig</b></i>",
        "<style>.d{display:none}</style><span class=d style='display:inline'>synlig</span>",
        "<style>/* .e{display:none} */ @font-face {a:b} @import 'x';</style><span class=e>synlig</span>",
        "<style>span{font-weight:bold}</style><span>synlig</span>",
    ],
)  # fmt: skip
def test_what_is_seen_is_taken_in(seen: str) -> None:
    assert plain(clean(f"<p>Vi {seen} vedtar</p>")) == "Vi synlig vedtar"


def test_what_is_white_all_of_it_comes_from_a_dark_page() -> None:
    assert pasted("<p style='color:white'>Vi vedtar</p>") == ("<p>Vi vedtar</p>", False)


def test_a_list_keeps_its_numbers_where_a_paragraph_stands_between() -> None:
    assert clean("<ol><li>a</li><p>mellom</p><li>b</li>løs<li>c</li></ol>") == (
        "<ol><li>a<br>mellom</li><li>b<br>løs</li><li>c</li></ol>"
    )
    assert clean("<ol><li>a<ol><li>b</li></ol><p>mellom</p><ol start=2><li>c</li></ol></li><li>d</li></ol>") == (
        '<ol><li>a<br>mellom<ol><li>b</li></ol><ol start="2"><li>c</li></ol></li><li>d</li></ol>'
    )


@pytest.mark.parametrize(
    ("raw", "left_out"),
    [
        ("<p>a<del>b</del>", True), ("<p>a<span style='display:none'>b</span>", True), ("<p>a<s>\u200b</s>", False),
        ("<style>.x{display:none}</style><p>a<b class=x>b</b>", True), ("<p>a<w:del> </w:del>", False),
        ("<p>a<svg><text>b</text></svg><select><option>c</select>", False), ("<p>a<script>b</script>", False),
        ("<p>a<del><b>b</b></del>", True), ("<p>a", False),
    ],
)  # fmt: skip
def test_that_text_was_left_out_is_known(raw: str, left_out: bool) -> None:
    assert pasted(raw) == ("<p>a</p>", left_out)


@pytest.mark.parametrize(
    "comments",
    [
        "<div style='mso-element:comment-list'><hr class=msocomoff><div style='mso-element:comment'><p "
        "class=MsoCommentText>Hva mener du?</p></div></div>",
        "<div style='border:1px solid'><p><a href='#cmnt_ref1' id='cmnt1'>[a]</a><span>Hva mener du?</span></p></div>",
        "<p style='display:none'>Hva</p>", "<table style='display:none'><tr><td>Hva</table>",
    ],
)  # fmt: skip
def test_whole_blocks_that_are_not_seen(comments: str) -> None:
    assert clean(f"<p>a</p>{comments}<p>b</p>") == "<p>a</p><p>b</p>"


def test_the_result_of_a_field_is_seen_and_a_broken_code_ends_with_its_paragraph() -> None:
    assert clean(f"<p>Side {BEGIN} PAGE {SEPARATOR}3{END} av 4</p>") == "<p>Side 3 av 4</p>"
    assert clean(f"<p>a {BEGIN} PAGE</p><p>b</p>") == "<p>a</p><p>b</p>"


@pytest.mark.parametrize(
    ("raw", "kept", "said"),
    [
        ("<p>12 m<sup>2</sup></p>", "<p>12 m<sup>2</sup></p>", "12 m²"),
        ("<p>CO<span style='vertical-align:sub'>2</span></p>", "<p>CO<sub>2</sub></p>", "CO₂"),
        ("<p>x<sup>a)</sup></p>", "<p>x<sup>a)</sup></p>", "x^a)"),
        ("<b style='font-weight:normal' id='docs-internal-guid-1'><span>a</span></b>", "<p>a</p>", "a"),
        ("<p><span style='font-weight:700'>a</span></p>", "<p><strong>a</strong></p>", "a"),
        ("<p>Se <ins>ny</ins> <q>lov</q></p>", "<p>Se ny «lov»</p>", "Se ny «lov»"),
        ("<dl><dt>Frist</dt><dd>1. mai</dd></dl>", "<p>Frist</p><p>1. mai</p>", "Frist\n\n1. mai"),
        ("<pre>a\n  b</pre>", "<p>a<br>b</p>", "a\nb"),
        ("<p>a<table>løs<tr><td>b<td>c</table>", "<p>a</p><p>løs</p><table><thead><tr><th scope=\"col\">b</th>"
         "<th scope=\"col\">c</th></tr></thead></table>", "a\n\nløs\n\nb | c"),
        ("<table><tfoot><tr><td>Sum<td>3</tfoot><tbody><tr><td>År<td>Kr<tr><td>1<td>3</table>",
         "<table><thead><tr><th scope=\"col\">År</th><th scope=\"col\">Kr</th></tr></thead><tbody><tr><td>1</td>"
         "<td>3</td></tr><tr><td>Sum</td><td>3</td></tr></tbody></table>", "År | Kr\n1 | 3\nSum | 3"),
        ("<p>Før<img src=x alt=Kart>etter</p>", "<p>Før (bilde: Kart – legges ved som vedlegg) etter</p>",
         "Før (bilde: Kart – legges ved som vedlegg) etter"),
        ("<p>a<img src=x width=1 height=1>b <img alt=😊></p>", "<p>ab 😊</p>", "ab 😊"),
    ],
)  # fmt: skip
def test_what_is_seen_is_taken_in_with_its_meaning(raw: str, kept: str, said: str) -> None:
    assert clean(raw) == kept
    assert clean(kept) == kept
    assert plain(kept) == said


class TestNumbers:
    @pytest.mark.parametrize(
        ("raw", "kept", "said"),
        [
            ("<ol start=4><li>a<li>b</ol>", '<ol start="4"><li>a</li><li>b</li></ol>', "4. a\n5. b"),
            ("<ol><li>a</ol><p>x</p><ol start=2><li>b</ol>", '<ol><li>a</li></ol><p>x</p><ol start="2"><li>b</li></ol>',
             "1. a\n\nx\n\n2. b"),
            ("<ol><li>a</ol><ol start=2><li>b</ol>", "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
            ("<ol type=a><li>x<li value=4>y</ol>", '<ol type="a"><li>x</li><li value="4">y</li></ol>', "a. x\nd. y"),
            ("<ol><li style='list-style-type:lower-roman'>x<li>y</ol>", '<ol type="i"><li>x</li><li>y</li></ol>',
             "i. x\nii. y"),
            ("<ol><li>a<li><br><li>c</ol>", '<ol><li>a</li><li value="3">c</li></ol>', "1. a\n3. c"),
            ("<ol reversed><li>a<li>b</ol>", '<ol start="2"><li>a</li><li value="1">b</li></ol>', "2. a\n1. b"),
            ("<ol style='list-style-type:none'><li>a</ol>", "<ul><li>a</li></ul>", "– a"),
            (point("4.", "a") + point("5.", "b"), '<ol start="4"><li>a</li><li>b</li></ol>', "4. a\n5. b"),
            (point("1.", "a") + "<p>x</p>" + point("2.", "b"),
             '<ol><li>a</li></ol><p>x</p><ol start="2"><li>b</li></ol>',
             "1. a\n\nx\n\n2. b"),
            (point("a)", "x") + point("b)", "y"), '<ol type="a"><li>x</li><li>y</li></ol>', "a. x\nb. y"),
            (point("i.", "x") + point("ii.", "y"), '<ol type="i"><li>x</li><li>y</li></ol>', "i. x\nii. y"),
            (point("h.", "x") + point("i.", "y"), '<ol start="8" type="a"><li>x</li><li>y</li></ol>', "h. x\ni. y"),
            (point("1.", "x") + point("a)", "y", 2) + point("2.", "z"),
             '<ol><li>x<ol type="a"><li>y</li></ol></li><li>z</li></ol>', "1. x\n  a. y\n2. z"),
            (point("1.1", "x"), "<p>1.1 x</p>", "1.1 x"),
            (point("17.", "mai er fri"), "<p>17. mai er fri</p>", "17. mai er fri"),
            (point("§", "x"), "<ul><li>x</li></ul>", "– x"),
            ("<h3 style='mso-list:l0 level2'><span style='mso-list:Ignore'>1.1</span>Bakgrunn</h3>",
             "<h3>1.1 Bakgrunn</h3>", "1.1 Bakgrunn"),
            ("<h2><span style='mso-list:Ignore'>·</span>17. mai</h2>", "<h3>17. mai</h3>", "17. mai"),
        ],
    )  # fmt: skip
    def test_stand_as_they_are_seen(self, raw: str, kept: str, said: str) -> None:
        assert clean(raw) == kept
        assert clean(kept) == kept
        assert from_written(to_written(kept)) == kept
        assert plain(kept) == said

    def test_of_lines_that_are_written(self) -> None:
        assert from_written("4. a\n5. b\n\nx\n\n6. c") == (
            '<ol start="4"><li>a</li><li>b</li></ol><p>x</p><ol start="6"><li>c</li></ol>'
        )
        assert paragraphs_of('<ol start="4"><li>a</li></ol>') == ["4. a"]

    @pytest.mark.parametrize("line", ["17. mai er fri", "1. Januar", "24. des. stenger vi", "31. oktober"])
    def test_a_line_or_title_that_begins_with_a_day_keeps_it(self, line: str) -> None:
        assert from_written(line) == f"<p>{line}</p>"
        assert from_written(f"## {line}") == f"<h3>{line}</h3>"
        assert plain(from_written(f"{line}\n{line}")) == f"{line}\n{line}"
        assert from_written("1. maihaugen") == "<ol><li>maihaugen</li></ol>"


class TestExempt:
    @pytest.mark.parametrize(
        "written",
        [
            "[[Kari]]", "[[ Kari ]]", "[ [Kari] ]", "[&#91;Kari&#93;]", "[\u200b[Kari]\u200b]",
            "［［Kari］］", "⟦Kari⟧",
            "<b>[</b>[Kari]<i>]</i>", "[[Ka<b>r</b>i]]", "[[<p>Kari</p>]]", "[[ [[Kari]] ]]",
            "[[<ul><li>Kari</ul>]]", "<mark>Kari</mark>", "<p><mark>Kari</p>", "[\u00a0[Kari]]",
            "<a href='https://x.example/kari'>[[Kari]]</a>", "<a href='https://x.example/kari'>hun, [[Kari]]</a>",
        ],
    )  # fmt: skip
    def test_every_spelling_is_marked_and_never_published(self, written: str) -> None:
        said = clean(f"<p>Hun heter {written}</p>")
        assert "<mark>" in said
        public = redacted(said, "X")
        assert "Kari" in re.sub("<[^>]*>", "", said)
        assert "kari" not in public.lower()
        assert "[" not in public

    @pytest.mark.parametrize(
        "half", ["[[Kari", "Kari]]", "[[Kari] x", "[[a]] b]]", "]]a[[", "<p>[[a</p><p>b</p>", "⟦a"]
    )
    def test_half_a_mark_is_refused(self, half: str) -> None:
        with pytest.raises(NotTaken, match="half marked"):
            clean(half)
        with pytest.raises(NotTaken, match="half marked"):
            from_written(half)

    def test_single_brackets_are_brackets(self) -> None:
        assert clean("<p>a [1][2], b[0] [x]</p>") == "<p>a [1][2], b[0] [x]</p>"


class TestSomebodyElsesWords:
    def test_are_text_and_never_markup(self) -> None:
        assert from_text("<b>a</b> **b**\n1. c\n\n<script>x</script>") == (
            "<p>&lt;b&gt;a&lt;/b&gt; **b**<br>1. c</p><p>&lt;script&gt;x&lt;/script&gt;</p>"
        )
        assert from_text("a [[b\n\nc") == "<p>a [b</p><p>c</p>"
        assert from_text("a [[b]]") == "<p>a <mark>b</mark></p>"
        said = from_text("<b>a</b>\n1. x")
        assert from_written(to_written(said)) == said

    def test_lines_are_lines_and_no_markup(self) -> None:
        assert from_lines("1. <b>a\n2. **b**") == "<ol><li>&lt;b&gt;a</li><li><strong>b</strong></li></ol>"
