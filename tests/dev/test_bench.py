"""The bench: its sums, its copies, its bare pages. What it measures is measured by `make bench`."""

from typing import Any

import pytest

from bench import measure, multiply
from dev import bench


def test_a_ratio_is_of_the_medians_with_the_middle_half_of_the_rounds() -> None:
    found = measure.ratio([3.0, 6.0, 9.0, 30.0, 6.0], [1.0, 2.0, 3.0, 10.0, 3.0])
    assert found.middle == pytest.approx(2.0)
    assert (found.low, found.high) == (pytest.approx(2.5), pytest.approx(3.0))
    assert str(found) == "2.00 (2.50–3.00)"


def _server(ours: float, bare: float) -> measure.Server:
    server = measure.Server(1, {"pages": [], "forms": []})
    for name in {measure.BARE_VIEW, "bare list", "bare write", *measure.WANTED}:
        took = bare if name.startswith("bare") else ours
        server.took[name], server.cpu[name] = [took] * 4, [took / 2] * 4
    return server


def test_what_is_within_bounds_is_said_to_be() -> None:
    lines, over = bench.table({10: _server(2.0, 1.0), 100: _server(4.2, 2.0)}, ([105.0, 105.0], [100.0, 100.0]))
    assert over == []
    assert "| proposal list | 2.00 (2.00–2.00) | 2.10 (2.10–2.10) | 1.05 | 3 × bare list | 2 / 2 |" in lines


def test_what_costs_too_much_grows_too_much_or_prints_too_slowly_is_named() -> None:
    _lines, over = bench.table({10: _server(2.0, 1.0), 100: _server(17.0, 2.0)}, ([120.0, 120.0], [100.0, 100.0]))
    assert "proposal list: 8.50 × bare list with 100 proposals, wanted 3" in over
    assert "status change: the ratio grows by 4.25, wanted 1.1" in over
    assert "status change: 8.50 × bare write with 100 proposals, wanted 8" in over
    assert not any(line.startswith("status change: 2.00") for line in over)
    assert over[-1] == "minutes as PDF: 1.20 × WeasyPrint alone, wanted 1.1"


def test_the_page_keeps_what_else_stands_on_it(tmp_path: Any, monkeypatch: Any) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"# What things cost\n\n{bench.HEADING}\nold\n\n## Pages\nkept\n")
    monkeypatch.setattr(bench, "PAGE", page)
    for _time in range(2):
        bench.write_page(["| a |"], ["| b |"], ["too slow"], 40)
    text = page.read_text()
    assert text.startswith("# What things cost\n\n## The portal beside a bare page\n`make bench`")
    assert text.count(bench.HEADING) == 1
    assert "old" not in text
    assert "- too slow" in text
    assert text.endswith("\n## Pages\nkept\n")


def test_what_hangs_on_cases_and_meetings_is_copied_and_the_organisation_is_not() -> None:
    labels = [copy.model._meta.label for copy in multiply.copied()]
    assert {
        "cases.Case", "proposals.Proposal", "cases.Referral", "audit.Event", "audit.EventContent", "proposals.Feedback",
        "meetings.Vote", "notices.Notice", "proposals.HistoricalProposal",
    } <= set(labels)  # fmt: skip
    assert not {
        "access.User",
        "organisation.Unit",
        "organisation.Body",
        "organisation.Membership",
        "audit.Seal",
        "audit.Unsealed",
    } & set(labels)
    assert labels.index("cases.Case") < labels.index("proposals.Proposal") < labels.index("proposals.Feedback")


def test_numbers_that_are_not_are_refused(capsys: Any) -> None:
    assert bench.main(["many"]) == 2
    assert "make bench" in capsys.readouterr().err
