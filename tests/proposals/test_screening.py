"""Nothing of a citizen's proposal is seen before it has been screened (R9, R27)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape

from portal.queries import front
from tests.factories import files
from tests.proposals.asking import as_, page
from tests.proposals.citizens import attached, citizen, screened, seen_by, sent
from tests.proposals.conftest import Road
from trepart.audit import timeline
from trepart.refusals import InvalidInput
from trepart.uploads.leftovers import Leftover


def test_unscreened_it_is_nowhere_and_screened_it_is_everywhere(town):
    proposal = sent()
    readers = [None, citizen("Else Vik"), town.employee(), town.lmu_leader(), town.elected[2], town.administrator]
    for reader in readers:
        assert not any(seen_by(reader, proposal).values()), reader
        assert as_(reader).get(f"{proposal.get_absolute_url()}kvittering/").status_code in (302, 404)
    assert seen_by(proposal.proposer, proposal)["page"]
    assert seen_by(town.coordination_secretary, proposal)["page"]
    screened(town, proposal)
    for reader in readers:
        missing = [key for key, seen in seen_by(reader, proposal).items() if not seen and key != "front"]
        assert missing == [], reader
        assert proposal.proposer.name not in page(as_(reader), proposal.get_absolute_url())
        assert "Ola Åsen" not in page(as_(reader), "/forslag/")
        assert "Ola Åsen" not in " ".join(str(entry) for entry in timeline.entries(proposal.case, reader))


def test_the_open_figures_do_not_count_what_is_not_screened(town):
    sent()
    before = page(as_(None), "/")
    proposal = sent(citizen("Eva Bø"))
    assert re.sub(r'csrf\w*" value="\w+', "", page(as_(None), "/")) == re.sub(r'csrf\w*" value="\w+', "", before)
    assert proposal.case.reference not in before
    assert front.latest_decisions  # the front page is made by these queries


def test_screening_closes_it_on_a_basis_and_then_it_stays_closed(town):
    proposal = sent()
    with pytest.raises(InvalidInput):
        screened(town, proposal, "receiver")
    with pytest.raises(InvalidInput):
        screened(town, proposal, "employees")
    closed = screened(town, proposal, "receiver", access_basis="offl § 13, jf. fvl § 13")
    assert not any(seen_by(None, closed).values())
    assert closed.screened


def test_what_employees_send_cannot_be_opened_to_all_by_a_slip(town):
    with pytest.raises(InvalidInput):
        Road(town).step("begin", town.lmu_leader(), access="public")


def test_exempt_attachments_are_not_even_named(town):
    proposal = sent(files=attached("plan.png", "naboens-diagnose.png"))
    plan, secret = proposal.case.documents.order_by("id")
    with pytest.raises(InvalidInput) as refusal:
        screened(town, proposal, **{f"keep_{secret.pk}": "on"})
    assert list(refusal.value.form.errors) == [f"basis_{secret.pk}"]
    screened(town, proposal, **{f"keep_{secret.pk}": "on", f"basis_{secret.pk}": "offl § 13"})
    url = proposal.get_absolute_url()
    for reader in (None, citizen("Else Vik"), town.employee(), town.administrator):
        html = page(as_(reader), url)
        assert "Bilde 1.png" in html
        assert "Bilde 2.png" not in html
        assert "offl § 13" in html
        assert as_(reader).get(f"{url}vedlegg/{secret.pk}/").status_code == 404
        assert as_(reader).get(f"{url}vedlegg/{plan.pk}/").status_code == 200
    for reader in (proposal.proposer, town.coordination_secretary):
        assert "Bilde 2.png" in page(as_(reader), url)
        assert "diagnose" not in page(as_(reader), url), "nobody is told what its sender calls it"
        assert as_(reader).get(f"{url}vedlegg/{secret.pk}/").status_code == 200


def test_whoever_screens_sees_the_files(town):
    proposal = sent(files=attached("IMG_Kari_Testesen.png"))
    document = proposal.case.documents.get()
    step = f"{proposal.get_absolute_url()}begin/"
    html = page(as_(town.coordination_secretary), step)
    assert f'src="{proposal.get_absolute_url()}vedlegg/{document.pk}/"' in html
    assert "Kari_Testesen" not in html
    for reader in (None, town.employee(), town.administrator):
        assert as_(reader).get(step).status_code in (302, 404)
        assert as_(reader).get(f"{proposal.get_absolute_url()}vedlegg/{document.pk}/").status_code == 404


def test_what_could_not_be_taken_out_is_said_to_the_sender_and_to_who_screens(town):
    upload = SimpleUploadedFile("avtale.pdf", files.pdf(signed=True))
    proposal = sent(files=MultiValueDict({"attachments": [upload]}))
    said = escape(str(Leftover.SIGNED.label))
    assert said in page(as_(proposal.proposer), proposal.get_absolute_url())
    assert said in page(as_(town.coordination_secretary), f"{proposal.get_absolute_url()}begin/")
    assert said not in page(as_(None), screened(town, proposal).get_absolute_url())


def test_attachments_can_be_closed_afterwards_by_those_who_have_it(town):
    proposal = screened(town, sent(files=attached("plan.png")))
    document = proposal.case.documents.get()
    url = f"{proposal.get_absolute_url()}vedlegg/"
    data = {f"keep_{document.pk}": "on", f"basis_{document.pk}": "offl § 23"}
    assert as_(town.employee()).post(url, data).status_code in (403, 404)
    assert as_(None).get(f"{url}{document.pk}/").status_code == 200
    assert as_(town.coordination_secretary).post(url, data).status_code == 302
    assert as_(None).get(f"{url}{document.pk}/").status_code == 404
    document.refresh_from_db()
    assert document.history.count() == 2
