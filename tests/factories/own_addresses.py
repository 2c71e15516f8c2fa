"""Addresses that no stage has an example of, and the test that visits each."""

from collections.abc import Mapping

#: Addresses that carry a secret, answer a service, are there in the demo alone, or need more than a stage has: the test
#: that visits each with who may and with who may not.
OWN: Mapping[str, str] = {
    "proposals:correct_answer": (
        "tests/proposals/test_corrected_answer.py::test_whoever_was_told_the_old_decision_is_told_the_new_one"
    ),
    "forum:council_lists": "tests/forum/council/test_pages.py::test_who_may_open_what",
    "forum:council_take_in": "tests/forum/council/test_pages.py::test_who_may_open_what",
    "forum:council_list": "tests/forum/council/test_views_sent.py::test_what_is_exempt_is_kept_from_everybody_outside",
    "forum:council_sheet": "tests/forum/council/test_views_sent.py::test_what_is_exempt_is_kept_from_everybody_outside",
    "forum:council_sheet_pdf": (
        "tests/forum/council/test_views_sent.py::test_what_is_exempt_is_kept_from_everybody_outside"
    ),
    "forum:council_sheet_version_pdf": (
        "tests/forum/council/test_views_sent.py::test_what_is_exempt_is_kept_from_everybody_outside"
    ),
    "forum:council_sheet_send": (
        "tests/forum/council/test_views_sent.py::test_the_views_go_to_the_councils_secretary_and_to_nobody_else"
    ),
    "forum:council_case_step": "tests/forum/council/test_lists.py::test_the_council_takes_a_case_off_its_list",
    "lmu:guest_letter": "tests/lmu/test_guests.py::test_the_letter_is_the_leaders",
    "lmu:guest_letter_pdf": "tests/lmu/test_guests.py::test_the_letter_is_the_leaders",
    "forum:paper_begin": (
        "tests/forum/meetings/case_papers/test_case_papers.py::test_who_may_begin_on_a_paper_from_the_agenda"
    ),
    "forum:case_paper": "tests/forum/meetings/case_papers/test_exempt_papers.py::test_guessed_addresses",
    "forum:case_paper_version": "tests/forum/meetings/case_papers/test_exempt_papers.py::test_guessed_addresses",
    "forum:case_paper_document": "tests/forum/meetings/case_papers/test_exempt_papers.py::test_guessed_addresses",
    "forum:case_paper_versions": ("tests/forum/meetings/case_papers/test_exempt_papers.py::test_a_paper_wholly_exempt"),
    "forum:case_paper_pdf": "tests/forum/meetings/case_papers/test_exempt_papers.py::test_a_paper_wholly_exempt",
    "forum:case_paper_version_pdf": (
        "tests/forum/meetings/case_papers/test_exempt_papers.py::test_a_redacted_version_gives_nothing_away"
    ),
    "forum:case_paper_write": (
        "tests/forum/meetings/case_papers/test_case_papers_read.py::test_exactly_those_who_prepare_the_case_write"
    ),
    "forum:case_paper_show": (
        "tests/forum/meetings/case_papers/test_release.py::test_it_can_be_chosen_afterwards_by_those_who_write_it_alone"
    ),
    "forum:case_paper_clean": (
        "tests/forum/meetings/case_papers/test_case_papers.py::test_a_paste_is_shown_clean_before_it_is_saved"
    ),
    "forum:own_feed": "tests/forum/meetings/planning/test_calendar_feeds.py::test_what_is_guessed_answers_404",
    "forum:body_feed": (
        "tests/forum/meetings/planning/test_calendar_feeds.py"
        "::test_a_body_that_keeps_its_meetings_to_itself_has_no_feed"
    ),
    "forum:year_plan": (
        "tests/forum/meetings/planning/test_year_plans.py::test_the_plan_is_read_by_whoever_may_see_the_meetings"
    ),
    "forum:minutes_signers": "tests/forum/meetings/minutes/test_approvals.py::test_other_ways_in_are_shut",
    "forum:minutes_sign": (
        "tests/forum/meetings/minutes/test_approvals.py::test_only_those_asked_may_approve_and_only_once"
    ),
    "forum:minutes_remark": (
        "tests/forum/meetings/minutes/test_approvals.py::test_only_those_asked_may_approve_and_only_once"
    ),
    "forum:minutes_reply": (
        "tests/forum/meetings/minutes/test_remarks.py::test_a_remark_is_a_task_until_it_is_answered"
    ),
    "forum:decision_list": (
        "tests/forum/meetings/minutes/test_approvals.py"
        "::test_the_decision_list_goes_out_before_the_minutes_and_is_kept_with_its_sum"
    ),
    "forum:decision_list_pdf": (
        "tests/forum/meetings/minutes/test_approvals.py"
        "::test_the_decision_list_goes_out_before_the_minutes_and_is_kept_with_its_sum"
    ),
    "forum:decision_list_version_pdf": (
        "tests/forum/meetings/minutes/test_approvals.py"
        "::test_the_decision_list_goes_out_before_the_minutes_and_is_kept_with_its_sum"
    ),
    "forum:decision_list_publish": (
        "tests/forum/meetings/minutes/test_approvals.py"
        "::test_the_decision_list_goes_out_before_the_minutes_and_is_kept_with_its_sum"
    ),
    "forum:packet": "tests/forum/meetings/packets/test_packets.py::test_the_page_gives_each_the_version_that_is_theirs",
    "forum:packet_pdf": (
        "tests/forum/meetings/packets/test_packets.py::test_the_page_gives_each_the_version_that_is_theirs"
    ),
    "forum:packet_part": (
        "tests/forum/meetings/packets/test_packets.py"
        "::test_before_the_meeting_is_called_there_are_no_papers_for_anybody"
    ),
    "forum:packet_make": (
        "tests/forum/meetings/packets/test_packet_making.py::test_only_whoever_plans_the_meeting_has_it_made"
    ),
    "forum:packet_read": (
        "tests/forum/meetings/packets/test_packets.py::test_the_screen_and_the_agenda_alone_keep_what_is_kept"
    ),
    "forum:agenda_pdf": (
        "tests/forum/meetings/packets/test_packets.py::test_the_screen_and_the_agenda_alone_keep_what_is_kept"
    ),
    "forum:extract": (
        "tests/forum/meetings/minutes/test_extracts.py"
        "::test_a_closed_case_has_an_extract_for_those_who_may_and_that_is_written_down"
    ),
    "forum:extract_pdf": (
        "tests/forum/meetings/minutes/test_extracts.py"
        "::test_a_closed_case_has_an_extract_for_those_who_may_and_that_is_written_down"
    ),
    "forum:delegations": (
        "tests/forum/delegations/test_delegations.py::test_everybody_reads_it_and_its_keepers_see_what_they_can_do"
    ),
    "forum:delegation_document": (
        "tests/forum/delegations/test_delegations.py::test_everybody_reads_it_and_its_keepers_see_what_they_can_do"
    ),
    "forum:delegation_new": "tests/forum/delegations/test_delegations.py::test_it_is_entered_and_ended_in_the_browser",
    "forum:delegation_end": "tests/forum/delegations/test_delegations.py::test_it_is_entered_and_ended_in_the_browser",
    "forum:case_nature": (
        "tests/forum/meetings/agenda/test_nature.py::test_the_page_is_for_those_who_prepare_the_case"
    ),
    "forum:follow_up": "tests/forum/meetings/follow_up/test_follow_up.py::test_who_may_see_and_report_and_assign",
    "forum:legality": (
        "tests/forum/meetings/follow_up/test_legality.py"
        "::test_only_who_writes_the_minutes_records_it_and_only_on_a_final_decision"
    ),
    "forum:minutes_record_election": (
        "tests/forum/meetings/minutes/test_election_corrections.py"
        "::test_only_who_publishes_the_minutes_corrects_an_election"
    ),
    "forum:demand": "tests/forum/meetings/agenda/test_preparation.py::test_only_members_demand_and_only_the_body_reads",
    "forum:question_ask": "tests/forum/meetings/agenda/test_preparation.py::test_those_without_a_seat_do_not_ask",
    "forum:question": (
        "tests/forum/meetings/agenda/test_preparation.py"
        "::test_a_question_is_read_inside_the_body_until_it_is_on_an_agenda"
    ),
    "forum:urgent_begin": "tests/forum/meetings/urgent/test_urgent.py::test_nobody_else_sees_them",
    "forum:urgent_answer": (
        "tests/forum/meetings/urgent/test_urgent.py::test_an_answer_may_be_changed_and_nobody_else_answers"
    ),
    "forum:urgent_conclude": "tests/forum/meetings/urgent/test_urgent.py::test_nobody_else_sees_them",
    "forum:absence": (
        "tests/forum/meetings/attendance/test_absences.py::test_only_those_with_a_seat_and_only_for_themselves"
    ),
    "forum:deputies_called": (
        "tests/forum/meetings/attendance/test_absences.py::test_the_reason_is_for_those_who_run_the_meeting_alone"
    ),
    "forum:deputy_call": "tests/forum/meetings/attendance/test_absences.py::test_others_do_not_see_or_answer_a_call",
    "forum:partiality": "tests/forum/meetings/attendance/test_conflict_reports.py::test_only_those_who_take_part",
    "forum:paper": (
        "tests/forum/meetings/case_papers/test_private_notes.py::test_notes_are_kept_only_on_what_one_may_read"
    ),
    "proposals:hear": "tests/proposals/workflow/test_heard.py::test_who_asks_and_who_answers",
    "proposals:word": "tests/proposals/workflow/test_heard.py::test_who_asks_and_who_answers",
    "proposals:paper_new": "tests/proposals/paper_intake/test_on_paper.py::test_nobody_else_enters_anything",
    "proposals:letter": (
        "tests/proposals/paper_intake/test_on_paper.py::test_letters_and_contact_are_closed_to_everybody_else"
    ),
    "proposals:letter_pdf": (
        "tests/proposals/paper_intake/test_on_paper.py::test_letters_and_contact_are_closed_to_everybody_else"
    ),
    "proposals:contact": (
        "tests/proposals/paper_intake/test_on_paper.py::test_letters_and_contact_are_closed_to_everybody_else"
    ),
    "proposals:account": (
        "tests/proposals/paper_intake/test_on_paper.py::test_letters_and_contact_are_closed_to_everybody_else"
    ),
    "proposals:erase_contact": (
        "tests/proposals/paper_intake/test_on_paper.py::test_letters_and_contact_are_closed_to_everybody_else"
    ),
    "proposals:untie": (
        "tests/proposals/paper_intake/test_on_paper_answers.py::test_a_wrong_account_is_taken_away_again_and_the_letters_wait_again"
    ),
    "portal:notice": "tests/portal/test_my_page.py::test_notices_are_read_by_post_and_by_their_owner_alone",
    "portal:notice_read": "tests/portal/test_my_page.py::test_notices_are_read_by_post_and_by_their_owner_alone",
    "portal:demo": "tests/portal/test_demo.py::test_it_does_not_exist_outside_the_demo",
    "portal:demo_mailbox": "tests/notices/test_pages.py::test_outside_the_demo_there_is_no_mailbox",
    "portal:demo_letter": "tests/notices/test_pages.py::test_outside_the_demo_there_is_no_mailbox",
    "portal:demo_html": "tests/notices/test_pages.py::test_outside_the_demo_there_is_no_mailbox",
    "portal:demo_enclosed": "tests/notices/test_pages.py::test_outside_the_demo_there_is_no_mailbox",
    "portal:logo": "tests/portal/test_site.py::test_the_coat_of_arms_is_a_file_of_the_right_kind",
    "access:session_end": "tests/access/test_account.py::test_another_s_session_does_not_exist",
    "access:address_given": "tests/access/test_given_addresses.py::test_an_administrator_does_not_come_in_as_another",
    "access:address_stop": "tests/access/test_given_addresses.py::test_an_administrator_does_not_come_in_as_another",
    "forum:person_address_stop": "tests/access/test_given_addresses.py::test_an_administrator_takes_it_back",
    "access:invitation": "tests/access/test_invitations.py::test_a_link_opens_no_account_that_has_a_password",
    "account_confirm_email": "tests/access/test_sign_up.py::test_a_link_that_is_too_old_or_broken_says_which",
    "account_reset_password_from_key": (
        "tests/access/test_account.py::test_another_s_link_sets_nobody_else_s_password"
    ),
    "mfa_remove_webauthn": "tests/access/test_second_step.py::test_another_s_passkey_does_not_exist",
    "mfa_edit_webauthn": "tests/access/test_second_step.py::test_another_s_passkey_does_not_exist",
    "oidc:start": "tests/oidc/test_answers.py::test_what_is_not_set_up_is_not_there",
    "oidc:back": "tests/oidc/test_answers.py::test_another_browser_s_answer_is_refused",
    "oidc:new": "tests/oidc/test_people.py::test_the_form_is_only_for_who_comes_from_a_service",
    "oidc:link": "tests/oidc/test_linking.py::test_linking_is_for_who_began_it",
    "oidc:unlink": "tests/oidc/test_linking.py::test_unlinking",
    "oidc:out": "tests/oidc/test_logout.py::test_coming_back_without_having_been_sent",
    "oidc:back_channel": "tests/oidc/test_logout.py::test_forged_signatures_end_nothing",
    "oidc:front_channel": "tests/oidc/test_logout.py::test_by_way_of_the_browser",
}
