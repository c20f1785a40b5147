"""
Who gets what from which address: the one table of permissions.

One row for each name of an address. `read` answers GET and HEAD, `write` answers POST;
every other method is refused to everybody. Absent from a row means: the stranger's
answer. An address without a row fails the build, and so does a row without an address.
"""

from collections.abc import Mapping
from dataclasses import dataclass

OK = 200
ELSEWHERE = 302  # sent to sign-in, to the second step, or back after a change
FORBIDDEN = 403  # may see the record, may not do this
NOT_THERE = 404  # absent and foreign look the same
NOT_OFFERED = 405
UNREADABLE = 400
NO_FHIR = 415  # an empty body is no FHIR
UNDONE = 204  # done, and nothing to tell
BEGUN = 202  # goes on in the background
CONFLICT = 409  # what is stored leaves nothing to do
UNSEEN = 428  # a change names the version that it saw
NOT_SIGNED_IN = 401  # what a program gets that shows no key
TAKEN = 422  # a form is looked at: shown again with its errors (200, 422) or done (302)

CHARACTERS = (
    "anonymous",
    "owner",
    "other_patient",
    "consented",
    "partial",
    "revoked",
    "expired",
    "elsewhere",
    "admin",
    "carer",
    "former_carer",
    "share_link_holder",
)
Answers = Mapping[str, int]


@dataclass(frozen=True)
class Row:
    """What each character gets for reading and for writing."""

    read: Answers
    write: Answers


def answers(*, anonymous: int, everybody: int, **named: int) -> Answers:
    """
    Return an answer for each character: the named ones, and all others.

    Who opened a share link has not signed in: elsewhere they are anybody.
    """
    unknown = {"anonymous": anonymous, "share_link_holder": anonymous}
    return dict.fromkeys(CHARACTERS, everybody) | unknown | named


def patients_data(**named: int) -> Answers:
    """
    Return the answers of a page about one patient: strangers learn nothing.

    A carer gets what the owner gets, unless the row says otherwise.
    """
    named.setdefault("carer", named.get("owner", NOT_THERE))
    return answers(anonymous=ELSEWHERE, everybody=NOT_THERE, **named)


def signed_in(status: int, **named: int) -> Answers:
    """Return the answers of a page for everybody who is signed in."""
    return answers(anonymous=ELSEWHERE, everybody=status, **named)


def before_signing_in(status: int) -> Answers:
    """Return the answers of a page for those who are not signed in yet."""
    return answers(anonymous=status, everybody=ELSEWHERE)


def by_link(status: int) -> Answers:
    """Return the answers of a page behind a share link; others are sent to open one."""
    return {**public(ELSEWHERE), "share_link_holder": status}


def public(status: int) -> Answers:
    """Return the same answer for everybody."""
    return answers(anonymous=status, everybody=status)


def without_app(status: int) -> dict[str, int]:
    """Return the answer of those who have set up no second step."""
    return dict.fromkeys(("owner", "other_patient", "carer", "former_carer"), status)


NEVER = answers(anonymous=ELSEWHERE, everybody=NOT_OFFERED)
WHOLE_RECORD = patients_data(owner=OK, consented=OK, partial=OK)
RESULTS = patients_data(owner=OK, consented=OK, partial=NOT_THERE)
ADDS_RESULTS = patients_data(owner=TAKEN, consented=TAKEN, partial=NOT_THERE)
SUPPLEMENTS = patients_data(owner=OK, consented=OK, partial=OK)
HEALTH = patients_data(owner=OK, consented=OK, partial=NOT_THERE)
ADDS_HEALTH = patients_data(owner=TAKEN, consented=TAKEN, partial=NOT_THERE)
ADDS_SUPPLEMENTS = patients_data(owner=TAKEN, consented=TAKEN, partial=TAKEN)
# The owner alone: whoever else sees the record is told that it is not theirs to do.
OWNER_READS = patients_data(
    owner=OK, carer=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN
)
OWNER_WRITES = patients_data(
    owner=TAKEN, carer=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN
)
NOBODY_ANY_MORE = patients_data(owner=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN)

CLINICS_ADMIN = signed_in(NOT_THERE, admin=OK)
CLINICS_ADMIN_ACTS = signed_in(NOT_THERE, admin=ELSEWHERE)
CLINICIANS = signed_in(
    OK,
    owner=FORBIDDEN,
    other_patient=FORBIDDEN,
    admin=FORBIDDEN,
    carer=FORBIDDEN,
    former_carer=FORBIDDEN,
)

LANGUAGE = {
    "language_choose": Row(read=public(NOT_OFFERED), write=public(ELSEWHERE)),
}

# What browsers send by themselves; an empty report is none.
BROWSERS_REPORTS = {
    "policy_reports": Row(read=public(NOT_OFFERED), write=public(UNREADABLE)),
}

SITE = {
    "home": Row(read=signed_in(ELSEWHERE), write=NEVER),
    # A list for clinicians, searched by POST: a name is no part of an address.
    "patients": Row(read=CLINICIANS, write=CLINICIANS),
}

# The file that Dr Carol's clinic saved; Alice's own would be hers.
HER_CLINICS = signed_in(NOT_THERE, consented=OK)
HER_CLINICS_ACTS = signed_in(NOT_THERE, consented=ELSEWHERE)
IMPORTS = {
    "import_record": Row(read=RESULTS, write=ADDS_RESULTS),
    "import_clinic": Row(read=HER_CLINICS, write=signed_in(NOT_THERE, consented=TAKEN)),
    "import_template": Row(read=signed_in(OK), write=NEVER),
    "import_batch": Row(read=HER_CLINICS, write=NEVER),
    "import_answer": Row(read=NEVER, write=HER_CLINICS_ACTS),
    "import_save": Row(read=NEVER, write=HER_CLINICS_ACTS),
    "import_keep": Row(read=NEVER, write=HER_CLINICS_ACTS),
    "import_undo": Row(read=NEVER, write=HER_CLINICS_ACTS),
    "import_discard": Row(read=NEVER, write=HER_CLINICS_ACTS),
    "import_refused": Row(read=HER_CLINICS, write=NEVER),
}

EXPORTS = {
    "export": Row(read=WHOLE_RECORD, write=NEVER),
    "export_results": Row(read=RESULTS, write=NEVER),
    "export_fhir": Row(read=WHOLE_RECORD, write=NEVER),
    "export_json": Row(read=WHOLE_RECORD, write=NEVER),
    "export_archive": Row(read=WHOLE_RECORD, write=NEVER),
    "export_clinic": Row(read=HER_CLINICS, write=signed_in(NOT_THERE, consented=TAKEN)),
    "export_request": Row(read=CLINICS_ADMIN, write=CLINICS_ADMIN_ACTS),
}

PEOPLE = {
    # Alice and Bob have a record already and are sent home; others may open one.
    "record_open": Row(
        read=signed_in(OK, owner=ELSEWHERE, other_patient=ELSEWHERE),
        write=signed_in(TAKEN, owner=ELSEWHERE, other_patient=ELSEWHERE),
    ),
    "record_claim": Row(read=signed_in(OK), write=signed_in(OK)),
    # Alice owns her record: nobody hands it over to anybody any more.
    "claim_code": Row(read=NOBODY_ANY_MORE, write=NOBODY_ANY_MORE),
    "sharing": Row(read=OWNER_READS, write=NEVER),
    "consent_give": Row(read=OWNER_READS, write=OWNER_READS),
    "consent_revoke": Row(
        read=NEVER,
        write=patients_data(
            owner=ELSEWHERE, carer=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN
        ),
    ),
    "looks_csv": Row(read=OWNER_READS, write=NEVER),
    "looks": Row(read=OWNER_READS, write=NEVER),
    # Hana alone looks after the harbour clinic's members, and sees no patient by that.
    "members": Row(read=CLINICS_ADMIN, write=NEVER),
    "member_invite": Row(read=CLINICS_ADMIN, write=CLINICS_ADMIN),
    "member_disable": Row(read=NEVER, write=CLINICS_ADMIN_ACTS),
    "invitation_withdraw": Row(read=NEVER, write=CLINICS_ADMIN_ACTS),
    "invitation_accept": Row(read=signed_in(OK), write=signed_in(OK)),
    # Without the box ticked, the page alone; Hana is the only admin of her clinic.
    "leave": Row(read=signed_in(OK), write=signed_in(OK)),
    "session_end": Row(read=NEVER, write=signed_in(NOT_THERE)),
}

SHARED = {
    "share_link_make": Row(read=OWNER_READS, write=OWNER_READS),
    "share_link_revoke": Row(
        read=NEVER,
        write=patients_data(
            owner=ELSEWHERE, carer=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN
        ),
    ),
    "consent_change": Row(read=OWNER_READS, write=OWNER_READS),
    "requests": Row(read=CLINICIANS, write=NEVER),
    "request_new": Row(read=CLINICIANS, write=CLINICIANS),
    # Dr Gwen's clinic asked; nobody else knows of it.
    "request_withdraw": Row(
        read=NEVER, write=signed_in(NOT_THERE, elsewhere=ELSEWHERE)
    ),
    "request_code": Row(read=OWNER_READS, write=OWNER_READS),
    "request_answer": Row(read=OWNER_READS, write=OWNER_READS),
    "request_decline": Row(
        read=NEVER,
        write=patients_data(
            owner=ELSEWHERE, carer=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN
        ),
    ),
    "share_open": Row(read=public(OK), write=public(OK)),
    "share_close": Row(read=public(NOT_OFFERED), write=public(ELSEWHERE)),
    "share_report": Row(read=by_link(OK), write=public(NOT_OFFERED)),
    "share_report_pdf": Row(read=by_link(OK), write=public(NOT_OFFERED)),
}

CARE = {
    "records": Row(read=signed_in(OK), write=NEVER),
    "care_accept": Row(read=signed_in(OK), write=signed_in(OK)),
    "carers": Row(read=OWNER_READS, write=NEVER),
    "carer_add": Row(read=OWNER_READS, write=OWNER_READS),
    # Ida ends her own access; Alice ends anybody's. A clinician sees no such row.
    "carer_end": Row(read=NEVER, write=patients_data(owner=ELSEWHERE, carer=ELSEWHERE)),
}

RECORD = {
    "patient": Row(read=WHOLE_RECORD, write=NEVER),
    "chart_svg": Row(read=RESULTS, write=NEVER),
    "chart_pdf": Row(read=RESULTS, write=NEVER),
    "chart_png": Row(read=RESULTS, write=NEVER),
    # A part that is not shared says so in the report; the sheet is of supplements.
    "report_pdf": Row(read=WHOLE_RECORD, write=NEVER),
    "report_text": Row(read=WHOLE_RECORD, write=NEVER),
    "anticoagulation_pdf": Row(read=SUPPLEMENTS, write=NEVER),
    "result_add": Row(read=RESULTS, write=ADDS_RESULTS),
    "result_echo": Row(read=NEVER, write=ADDS_RESULTS),
    "result": Row(read=RESULTS, write=NEVER),
    "result_correct": Row(read=RESULTS, write=ADDS_RESULTS),
    # A clinician alone confirms; what is not held sends on to the result.
    "result_confirm": Row(
        read=patients_data(owner=FORBIDDEN, consented=ELSEWHERE, partial=NOT_THERE),
        write=patients_data(owner=FORBIDDEN, consented=TAKEN, partial=NOT_THERE),
    ),
    # Alice sees nobody else's record, so her page finds nobody to move it to.
    "result_move": Row(read=RESULTS, write=ADDS_RESULTS),
    # The move is between two records that Dr Carol sees, and Alice sees one of them.
    "result_move_undo": Row(
        read=NEVER,
        write=patients_data(
            owner=NOT_THERE, carer=NOT_THERE, consented=TAKEN, partial=NOT_THERE
        ),
    ),
    "record_join": Row(
        read=patients_data(
            owner=FORBIDDEN, carer=FORBIDDEN, consented=OK, partial=FORBIDDEN
        ),
        write=patients_data(
            owner=FORBIDDEN, carer=FORBIDDEN, consented=TAKEN, partial=FORBIDDEN
        ),
    ),
    # It was undone: Alice does not see the other record any more, and Carol does.
    "record_part": Row(
        read=NEVER,
        write=patients_data(
            owner=NOT_THERE, carer=FORBIDDEN, consented=ELSEWHERE, partial=FORBIDDEN
        ),
    ),
    "result_void": Row(read=RESULTS, write=ADDS_RESULTS),
    # Taken back by who entered it; everybody else is told that it is not theirs.
    "result_undo": Row(read=NEVER, write=ADDS_RESULTS),
    "supplement_add": Row(read=SUPPLEMENTS, write=ADDS_SUPPLEMENTS),
    "supplement_end": Row(read=SUPPLEMENTS, write=ADDS_SUPPLEMENTS),
    "health": Row(read=HEALTH, write=ADDS_HEALTH),
    "health_end": Row(read=HEALTH, write=ADDS_HEALTH),
    "health_confirm": Row(
        read=NEVER,
        write=patients_data(owner=FORBIDDEN, consented=TAKEN, partial=NOT_THERE),
    ),
    "supplement_pause": Row(read=SUPPLEMENTS, write=ADDS_SUPPLEMENTS),
    "supplement_resume": Row(read=SUPPLEMENTS, write=ADDS_SUPPLEMENTS),
    "supplement_change": Row(read=SUPPLEMENTS, write=ADDS_SUPPLEMENTS),
    "intakes": Row(read=SUPPLEMENTS, write=NEVER),
    "intake_log": Row(read=NEVER, write=ADDS_SUPPLEMENTS),
    "intake_week": Row(read=NEVER, write=ADDS_SUPPLEMENTS),
    # Alice logged it: she undoes it, and nobody else does.
    "intake_undo": Row(read=NEVER, write=patients_data(owner=TAKEN, carer=NOT_THERE)),
    "precaution_acknowledge": Row(
        read=NEVER, write=patients_data(owner=TAKEN, consented=TAKEN, partial=TAKEN)
    ),
    "target_history": Row(read=RESULTS, write=NEVER),
    "target_add": Row(
        read=patients_data(owner=FORBIDDEN, consented=OK, partial=NOT_THERE),
        write=patients_data(owner=FORBIDDEN, consented=TAKEN, partial=NOT_THERE),
    ),
    "target_take_back": Row(
        read=NEVER,
        write=patients_data(owner=FORBIDDEN, consented=ELSEWHERE, partial=NOT_THERE),
    ),
}

# Dr Carol asked for one; what somebody else asked for is not there.
HERS = signed_in(NOT_THERE, consented=OK)
BACKGROUND_WORK = {
    "jobs": Row(read=signed_in(OK), write=NEVER),
    "job": Row(read=HERS, write=NEVER),
    "job_cancel": Row(read=NEVER, write=signed_in(NOT_THERE, consented=ELSEWHERE)),
    "job_file": Row(read=HERS, write=NEVER),
}
REPORTS = {
    "report": Row(read=WHOLE_RECORD, write=NEVER),
    # People are chosen by POST: a name is no part of an address.
    "report_batch": Row(read=CLINICIANS, write=CLINICIANS),
}
NOTES = {
    # Carol may note what Alice tells her; she ends and withdraws only her own notes.
    "events": Row(read=HEALTH, write=ADDS_HEALTH),
    "event_end": Row(
        read=patients_data(owner=OK, carer=NOT_THERE),
        write=patients_data(owner=TAKEN, carer=NOT_THERE),
    ),
    "event_withdraw": Row(
        read=NEVER, write=patients_data(owner=TAKEN, carer=NOT_THERE)
    ),
    # Alice's own list: nobody else reads it.
    "visit_questions": Row(read=OWNER_READS, write=OWNER_WRITES),
    "visit_question_change": Row(read=OWNER_READS, write=OWNER_WRITES),
    "visit_question_remove": Row(read=NEVER, write=OWNER_WRITES),
}

PLANS = {
    # A clinician who sees the supplements; never the patient, whose plan it would be.
    "plan_add": Row(
        read=patients_data(owner=FORBIDDEN, consented=OK, partial=OK),
        write=patients_data(owner=FORBIDDEN, consented=TAKEN, partial=TAKEN),
    ),
    "plan_end": Row(
        read=NEVER,
        write=patients_data(owner=FORBIDDEN, consented=TAKEN, partial=TAKEN),
    ),
}

CLINICS_CLINICIAN = signed_in(NOT_THERE, consented=OK)
CLINICS_CLINICIAN_WRITES = signed_in(NOT_THERE, consented=TAKEN)

LABORATORIES = {
    # Dr Carol treats patients in the harbour clinic; Hana its admin does not.
    "laboratories": Row(read=CLINICS_CLINICIAN, write=NEVER),
    "laboratory_alias": Row(read=CLINICS_CLINICIAN, write=CLINICS_CLINICIAN_WRITES),
    "laboratory_imprecision": Row(
        read=CLINICS_CLINICIAN, write=CLINICS_CLINICIAN_WRITES
    ),
    "laboratory_total": Row(read=CLINICS_CLINICIAN, write=CLINICS_CLINICIAN_WRITES),
    "laboratory_end": Row(read=NEVER, write=CLINICS_CLINICIAN_WRITES),
}

READING = {
    "matrix": Row(read=RESULTS, write=NEVER),
    # Words about nobody, for everybody.
    "glossary": Row(read=public(OK), write=public(NOT_OFFERED)),
    # Alice alone chooses how her record is shown to her.
    "preferences": Row(
        read=OWNER_READS,
        write=OWNER_WRITES,
    ),
}

REPORT_FILES = {
    "report_file_add": Row(read=RESULTS, write=ADDS_RESULTS),
    "report_file": Row(read=RESULTS, write=NEVER),
    # Alice attached it and takes it away; Dr Carol may open it, and no more.
    "report_file_withdraw": Row(
        read=patients_data(
            owner=OK, carer=FORBIDDEN, consented=FORBIDDEN, partial=NOT_THERE
        ),
        write=patients_data(
            owner=TAKEN, carer=FORBIDDEN, consented=FORBIDDEN, partial=NOT_THERE
        ),
    ),
    "result_check": Row(read=NEVER, write=ADDS_RESULTS),
}

# Clinicians of the harbour clinic look after its list; its admin and others do not.
OWN_CLINICIANS = signed_in(NOT_THERE, consented=OK)
CATALOGUE = {
    "catalogue": Row(read=OWN_CLINICIANS, write=NEVER),
    "catalogue_add": Row(
        read=OWN_CLINICIANS, write=signed_in(NOT_THERE, consented=TAKEN)
    ),
    "catalogue_change": Row(
        read=OWN_CLINICIANS, write=signed_in(NOT_THERE, consented=TAKEN)
    ),
    "catalogue_withdraw": Row(
        read=NEVER, write=signed_in(NOT_THERE, consented=ELSEWHERE)
    ),
}

FIGURES = {
    "clinic_overview": Row(read=OWN_CLINICIANS, write=NEVER),
    "clinic_overview_csv": Row(read=OWN_CLINICIANS, write=NEVER),
    "clinic_overview_pdf": Row(read=OWN_CLINICIANS, write=NEVER),
}

# The clinicians of the harbour clinic look after its templates of ranges.
RANGE_TEMPLATES = {
    "range_templates": Row(read=OWN_CLINICIANS, write=NEVER),
    "range_template_add": Row(
        read=OWN_CLINICIANS, write=signed_in(NOT_THERE, consented=TAKEN)
    ),
    "range_template_change": Row(
        read=OWN_CLINICIANS, write=signed_in(NOT_THERE, consented=TAKEN)
    ),
    "range_template_retire": Row(
        read=NEVER, write=signed_in(NOT_THERE, consented=ELSEWHERE)
    ),
}

FILES = {
    "label_file": Row(read=SUPPLEMENTS, write=ADDS_SUPPLEMENTS),
    "catalogue_file": Row(
        read=OWN_CLINICIANS, write=signed_in(NOT_THERE, consented=TAKEN)
    ),
    "medicine_list": Row(read=HEALTH, write=ADDS_HEALTH),
}

# The sign-in library's own addresses.
SIGN_IN = {
    "account_login": Row(read=before_signing_in(OK), write=before_signing_in(OK)),
    "account_signup": Row(read=before_signing_in(OK), write=before_signing_in(OK)),
    "account_logout": Row(
        read=answers(anonymous=ELSEWHERE, everybody=OK), write=public(ELSEWHERE)
    ),
    "account_inactive": Row(read=public(OK), write=public(NOT_OFFERED)),
    "account_reauthenticate": Row(read=signed_in(OK), write=signed_in(OK)),
    "account_email": Row(read=signed_in(OK), write=signed_in(TAKEN)),
    "account_email_verification_sent": Row(read=public(OK), write=public(NOT_OFFERED)),
    "account_confirm_email": Row(read=public(OK), write=public(NOT_THERE)),
    "account_change_password": Row(read=signed_in(OK), write=signed_in(OK)),
    "account_set_password": Row(read=signed_in(ELSEWHERE), write=signed_in(ELSEWHERE)),
    "account_reset_password": Row(read=public(OK), write=public(OK)),
    "account_reset_password_done": Row(read=public(OK), write=public(NOT_OFFERED)),
    "account_reset_password_from_key": Row(read=public(OK), write=public(OK)),
    "account_reset_password_from_key_done": Row(
        read=public(OK), write=public(NOT_OFFERED)
    ),
    "account_confirm_login_code": Row(read=public(ELSEWHERE), write=public(ELSEWHERE)),
    "mfa_index": Row(read=signed_in(OK), write=NEVER),
    "mfa_authenticate": Row(read=public(ELSEWHERE), write=public(ELSEWHERE)),
    # Patients and carers have no second step; whoever works in a clinic has an app.
    "mfa_reauthenticate": Row(
        read=signed_in(OK, **without_app(ELSEWHERE)),
        write=signed_in(TAKEN, **without_app(ELSEWHERE)),
    ),
    "mfa_activate_totp": Row(
        read=signed_in(ELSEWHERE, **without_app(OK)),
        write=signed_in(ELSEWHERE, **without_app(OK)),
    ),
    "mfa_deactivate_totp": Row(
        read=signed_in(OK, **without_app(NOT_THERE)),
        write=signed_in(TAKEN, **without_app(NOT_THERE)),
    ),
    "mfa_view_recovery_codes": Row(read=signed_in(NOT_THERE), write=NEVER),
    "mfa_generate_recovery_codes": Row(read=signed_in(OK), write=signed_in(TAKEN)),
    "mfa_download_recovery_codes": Row(
        read=signed_in(NOT_THERE), write=signed_in(NOT_THERE)
    ),
    "mfa_list_webauthn": Row(read=signed_in(OK), write=NEVER),
    "mfa_add_webauthn": Row(read=signed_in(OK), write=signed_in(OK)),
    "mfa_reauthenticate_webauthn": Row(
        read=signed_in(ELSEWHERE), write=signed_in(ELSEWHERE)
    ),
    "mfa_remove_webauthn": Row(read=signed_in(NOT_THERE), write=signed_in(NOT_THERE)),
    "mfa_edit_webauthn": Row(read=signed_in(NOT_THERE), write=signed_in(NOT_THERE)),
    "mfa_login_webauthn": Row(read=public(ELSEWHERE), write=public(ELSEWHERE)),
    "usersessions_list": Row(read=signed_in(OK), write=signed_in(ELSEWHERE)),
}

CLINICIANS_ACT = signed_in(
    ELSEWHERE,
    owner=FORBIDDEN,
    other_patient=FORBIDDEN,
    admin=FORBIDDEN,
    carer=FORBIDDEN,
    former_carer=FORBIDDEN,
)
LISTED = patients_data(consented=OK, partial=OK)
LISTED_ACTS = patients_data(consented=TAKEN, partial=TAKEN)
# The list and what is done from it: clinicians, each for their own clinic's patients.
WORKLIST = {
    "worklist": Row(read=CLINICIANS, write=CLINICIANS),
    "worklist_review": Row(read=NEVER, write=CLINICIANS_ACT),
    "worklist_undo": Row(read=NEVER, write=CLINICIANS_ACT),
    "worklist_view": Row(read=NEVER, write=CLINICIANS_ACT),
    "ranges_together": Row(read=NEVER, write=CLINICIANS_ACT),
    # Set for Alice by Dr Carol's clinic.
    "ranges_set_together": Row(read=HER_CLINICS, write=NEVER),
    "ranges_take_back": Row(read=NEVER, write=HER_CLINICS_ACTS),
    "worklist_panel": Row(read=LISTED, write=NEVER),
    "worklist_note": Row(read=NEVER, write=LISTED_ACTS),
    # Dr Dan sees no results: he asks for no test.
    "worklist_retest": Row(
        read=NEVER, write=patients_data(consented=TAKEN, partial=FORBIDDEN)
    ),
    "worklist_tag": Row(read=NEVER, write=LISTED_ACTS),
    "worklist_messages": Row(
        read=CLINICIANS,
        write=signed_in(
            TAKEN,
            owner=FORBIDDEN,
            other_patient=FORBIDDEN,
            admin=FORBIDDEN,
            carer=FORBIDDEN,
            former_carer=FORBIDDEN,
        ),
    ),
    # Only Alice chooses what she is told by e-mail.
    "messages_choose": Row(
        read=OWNER_READS,
        write=patients_data(
            owner=TAKEN, carer=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN
        ),
    ),
}

# Keys, and the addresses for programs.
KEYS = {
    "keys": Row(read=signed_in(OK), write=NEVER),
    "key_make": Row(read=signed_in(OK), write=signed_in(OK)),
    # Alice's own key: nobody else learns that it is there.
    "key_revoke": Row(read=NEVER, write=signed_in(NOT_THERE, owner=ELSEWHERE)),
}


def programs(**named: int) -> Answers:
    """Return the answers to programs, which are never sent elsewhere."""
    return answers(anonymous=NOT_SIGNED_IN, everybody=NOT_THERE, **named)


def a_part(status: int, *, of: Answers) -> Answers:
    """Return this status for those who may see a part of the record."""
    may = {part: status for part, given in of.items() if given == OK}
    return programs(**may)


def read_only(of: Answers) -> Row:
    return Row(read=a_part(OK, of=of), write=a_part(NOT_OFFERED, of=of))


def write_only(of: Answers) -> Row:
    return Row(read=a_part(NOT_OFFERED, of=of), write=a_part(TAKEN, of=of))


def read_and_written(of: Answers) -> Row:
    return Row(read=a_part(OK, of=of), write=a_part(TAKEN, of=of))


OWNER_ALONE = programs(
    owner=OK, carer=FORBIDDEN, consented=FORBIDDEN, partial=FORBIDDEN
)
API = {
    "api_schema": Row(read=public(OK), write=public(NOT_OFFERED)),
    "api_docs": Row(read=public(OK), write=public(NOT_OFFERED)),
    "api_index": Row(
        read=answers(anonymous=NOT_SIGNED_IN, everybody=OK),
        write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
    ),
    "api_patients": Row(
        read=answers(anonymous=NOT_SIGNED_IN, everybody=OK),
        write=answers(anonymous=NOT_SIGNED_IN, everybody=TAKEN),
    ),
    "api_patient": read_only(WHOLE_RECORD),
    # The owner, in a session; what closes a door names the version that it saw.
    "api_consents": Row(read=OWNER_ALONE, write={**OWNER_ALONE, "owner": TAKEN}),
    "api_consent": Row(read=OWNER_ALONE, write={**OWNER_ALONE, "owner": NOT_OFFERED}),
    "api_consent_change": Row(
        read={**OWNER_ALONE, "owner": NOT_OFFERED},
        write={**OWNER_ALONE, "owner": TAKEN},
    ),
    "api_consent_ending": Row(
        read={**OWNER_ALONE, "owner": NOT_OFFERED},
        write={**OWNER_ALONE, "owner": UNSEEN},
    ),
    "api_grantees": Row(read=OWNER_ALONE, write={**OWNER_ALONE, "owner": NOT_OFFERED}),
    "api_looks": Row(read=OWNER_ALONE, write={**OWNER_ALONE, "owner": NOT_OFFERED}),
    "api_results": read_and_written(RESULTS),
    "api_result_batch": write_only(RESULTS),
    "api_result": read_only(RESULTS),
    "api_result_versions": read_only(RESULTS),
    "api_result_corrections": write_only(RESULTS),
    "api_result_withdrawal": write_only(RESULTS),
    "api_result_files": read_and_written(RESULTS),
    "api_report_file": read_only(RESULTS),
    # Alice attached it and takes it away; Dr Carol may open it, and no more.
    "api_report_file_removal": Row(
        read=a_part(NOT_OFFERED, of=RESULTS),
        write=programs(owner=TAKEN, carer=FORBIDDEN, consented=FORBIDDEN),
    ),
    # Only a clinician who treats sets a range; the owner reads it.
    "api_targets": Row(
        read=a_part(OK, of=RESULTS),
        write=programs(owner=FORBIDDEN, carer=FORBIDDEN, consented=TAKEN),
    ),
    "api_target_undoing": Row(
        read=a_part(NOT_OFFERED, of=RESULTS),
        write=programs(owner=FORBIDDEN, carer=FORBIDDEN, consented=OK),
    ),
    "api_health": read_and_written(HEALTH),
    "api_health_confirmation": Row(
        read=a_part(NOT_OFFERED, of=HEALTH),
        write=programs(owner=FORBIDDEN, carer=FORBIDDEN, consented=OK),
    ),
    # A clinic's own words: those who treat there read and write them.
    "api_tags": Row(
        read=programs(owner=FORBIDDEN, carer=FORBIDDEN, consented=OK, partial=OK),
        write=programs(
            owner=FORBIDDEN, carer=FORBIDDEN, consented=TAKEN, partial=TAKEN
        ),
    ),
    "api_tag_removal": Row(
        read=a_part(NOT_OFFERED, of=WHOLE_RECORD),
        write=programs(
            owner=FORBIDDEN, carer=FORBIDDEN, consented=TAKEN, partial=TAKEN
        ),
    ),
    "api_result_moves": read_and_written(RESULTS),
    # Between two records that Dr Carol sees, one of which Alice sees; what was moved on
    # the stage was changed since.
    "api_move_undoing": Row(
        read=a_part(NOT_OFFERED, of=RESULTS), write=programs(consented=CONFLICT)
    ),
    "api_precautions": read_only(WHOLE_RECORD),
    "api_acknowledgements": write_only(WHOLE_RECORD),
    "api_products": read_only(SUPPLEMENTS),
    "api_periods": read_and_written(SUPPLEMENTS),
    "api_period": read_only(SUPPLEMENTS),
    "api_period_ending": write_only(SUPPLEMENTS),
    "api_period_pauses": write_only(SUPPLEMENTS),
    "api_period_resumption": write_only(SUPPLEMENTS),
    "api_period_change": write_only(SUPPLEMENTS),
    "api_intakes": read_and_written(SUPPLEMENTS),
    # Alice logged it: she undoes it, and nobody else does.
    "api_intake_undoing": Row(
        read=a_part(NOT_OFFERED, of=SUPPLEMENTS), write=programs(owner=UNDONE)
    ),
    "api_chart": read_only(RESULTS),
    "api_chart_svg": read_only(RESULTS),
    "api_chart_png": read_only(RESULTS),
    "api_chart_pdf": read_only(RESULTS),
    "api_report_pdf": read_only(WHOLE_RECORD),
    "api_report_text": read_only(WHOLE_RECORD),
    "api_anticoagulation_pdf": read_only(SUPPLEMENTS),
}

# The harbour clinic's file, saved already: Dr Carol's, and nobody else's.
CLINICS_FILE = programs(consented=OK)
CLINICS_FILE_UNSEEN = programs(consented=UNSEEN)
OF_HER_CLINIC = programs(consented=NOT_OFFERED)
API_FILES = {
    "api_record_imports": read_and_written(RESULTS),
    "api_clinic_imports": Row(read=CLINICS_FILE, write=programs(consented=TAKEN)),
    "api_import": Row(read=CLINICS_FILE, write=OF_HER_CLINIC),
    "api_import_rows": Row(read=CLINICS_FILE, write=OF_HER_CLINIC),
    "api_import_refused": Row(read=CLINICS_FILE, write=OF_HER_CLINIC),
    "api_import_answers": Row(read=OF_HER_CLINIC, write=CLINICS_FILE_UNSEEN),
    "api_import_saving": Row(read=OF_HER_CLINIC, write=CLINICS_FILE_UNSEEN),
    "api_import_undoing": Row(read=OF_HER_CLINIC, write=CLINICS_FILE_UNSEEN),
    "api_import_discarding": Row(
        read=OF_HER_CLINIC, write=programs(consented=CONFLICT)
    ),
    "api_export_results": read_only(RESULTS),
    "api_export_fhir": read_only(WHOLE_RECORD),
    "api_export_json": read_only(WHOLE_RECORD),
    "api_export_archive": read_only(WHOLE_RECORD),
    "api_jobs": Row(
        read=answers(anonymous=NOT_SIGNED_IN, everybody=OK),
        write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
    ),
    # Dr Carol asked for it, and it is done: there is nothing left to cancel.
    "api_job": Row(read=programs(consented=OK), write=OF_HER_CLINIC),
    "api_job_cancellation": Row(read=OF_HER_CLINIC, write=programs(consented=CONFLICT)),
    "api_job_file": Row(read=programs(consented=OK), write=OF_HER_CLINIC),
    "api_clinics": Row(
        read=answers(anonymous=NOT_SIGNED_IN, everybody=OK),
        write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
    ),
    # The harbour clinic's list, and what stands on it.
    "api_worklist": Row(read=programs(consented=OK), write=OF_HER_CLINIC),
    "api_reviewing": Row(read=OF_HER_CLINIC, write=programs(consented=TAKEN)),
    "api_review_undoing": Row(read=OF_HER_CLINIC, write=programs(consented=OK)),
    "api_ranges_together": Row(read=OF_HER_CLINIC, write=programs(consented=TAKEN)),
    "api_ranges_looking": Row(read=OF_HER_CLINIC, write=programs(consented=TAKEN)),
    "api_ranges_set_together": Row(read=programs(consented=OK), write=OF_HER_CLINIC),
    "api_range_templates": Row(
        read=programs(consented=OK), write=programs(consented=TAKEN)
    ),
    "api_range_template": Row(read=programs(consented=OK), write=OF_HER_CLINIC),
    "api_range_template_change": Row(
        read=OF_HER_CLINIC, write=programs(consented=TAKEN)
    ),
    "api_range_template_retirement": Row(
        read=OF_HER_CLINIC, write=programs(consented=UNSEEN)
    ),
    "api_ranges_undoing": Row(read=OF_HER_CLINIC, write=programs(consented=OK)),
    "api_reviews": read_only(WHOLE_RECORD),
    "api_notes": Row(
        read=a_part(OK, of=WHOLE_RECORD),
        write=programs(
            owner=FORBIDDEN, carer=FORBIDDEN, consented=TAKEN, partial=TAKEN
        ),
    ),
    "api_retests": Row(
        read=a_part(OK, of=RESULTS),
        write=programs(owner=FORBIDDEN, carer=FORBIDDEN, consented=TAKEN),
    ),
    "api_retest_ending": Row(
        read=a_part(NOT_OFFERED, of=RESULTS),
        write=programs(owner=FORBIDDEN, carer=FORBIDDEN, consented=UNDONE),
    ),
    "api_clinic_exports": Row(read=OF_HER_CLINIC, write=programs(consented=TAKEN)),
    "api_clinic_reports": Row(read=OF_HER_CLINIC, write=programs(consented=TAKEN)),
}

FHIR_KINDS = (
    "Patient",
    "Observation",
    "Goal",
    "MedicationStatement",
    "DiagnosticReport",
    "Consent",
    "Provenance",
    "AuditEvent",
)
FHIR = {
    "fhir": Row(
        read=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
        write=answers(anonymous=NOT_SIGNED_IN, everybody=NO_FHIR),
    ),
    "fhir_metadata": Row(read=public(OK), write=public(NOT_OFFERED)),
    "fhir_everything": Row(
        read=a_part(OK, of=WHOLE_RECORD),
        write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
    ),
    # Searches name their patient behind the question mark; without one they find none.
    **{
        f"fhir_{kind}": Row(
            read=answers(anonymous=NOT_SIGNED_IN, everybody=UNREADABLE),
            write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
        )
        for kind in FHIR_KINDS
        if kind != "Patient"
    },
    "fhir_Patient": Row(
        read=answers(anonymous=NOT_SIGNED_IN, everybody=OK),
        write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
    ),
    # A search by a form; the table sends none.
    **{
        f"fhir_{kind}_search": Row(
            read=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
            write=answers(anonymous=NOT_SIGNED_IN, everybody=NO_FHIR),
        )
        for kind in FHIR_KINDS
    },
    # Ids of Alice's: her results, ranges and supplements by what she shares.
    **{
        f"fhir_{kind}_read": Row(
            read=programs(),
            write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
        )
        for kind in FHIR_KINDS
    },
    **{
        f"fhir_Observation_{name}": Row(
            read=programs(),
            write=answers(anonymous=NOT_SIGNED_IN, everybody=NOT_OFFERED),
        )
        for name in ("history", "version")
    },
}

# The first minutes of a record, and an invented one that is nobody's.
STARTING = {
    "start_health": Row(read=HEALTH, write=ADDS_HEALTH),
    "start_result": Row(read=RESULTS, write=NEVER),
    "example": Row(read=public(OK), write=public(NOT_OFFERED)),
}

# Nobody of the cast runs the site: nothing is there for them.
OPERATORS = {
    f"admin:{name}": Row(read=public(NOT_THERE), write=public(NOT_THERE))
    for name in (
        "index",
        "app_list",
        "accounts_user_changelist",
        "accounts_clinic_changelist",
        "accounts_outgoingmail_changelist",
        "procrastinate_procrastinatejob_changelist",
    )
}

# What makes the site an app: of nobody, for everybody.
INSTALLING = {
    name: Row(read=public(OK), write=public(NOT_OFFERED))
    for name in ("app_manifest", "service_worker", "offline", "app_icon")
}

# On a developer's own machine, and nowhere else.
DEVELOPMENT = {
    name: Row(read=public(OK), write=public(NOT_OFFERED))
    for name in ("mails", "mail", "styleguide")
}

TABLE: Mapping[str, Row] = {
    **DEVELOPMENT,
    **INSTALLING,
    **OPERATORS,
    **STARTING,
    **KEYS,
    **API,
    **API_FILES,
    **FHIR,
    **SITE,
    **LANGUAGE,
    **BROWSERS_REPORTS,
    **IMPORTS,
    **EXPORTS,
    **PEOPLE,
    **SHARED,
    **CARE,
    **RECORD,
    **NOTES,
    **REPORTS,
    **BACKGROUND_WORK,
    **PLANS,
    **LABORATORIES,
    **READING,
    **REPORT_FILES,
    **RANGE_TEMPLATES,
    **FIGURES,
    **CATALOGUE,
    **FILES,
    **SIGN_IN,
    **WORKLIST,
}


def readers(name: str) -> list[str]:
    """Return who besides the owner reads an address; what the owner is told is hers."""
    given = TABLE[name].read
    return [part for part in CHARACTERS if given[part] == OK and part != "owner"]


# Lists, by what the trail calls them: one event for each look, which names nobody.
LISTS: Mapping[str, str] = {
    **dict.fromkeys(("patients", "api_patients", "fhir_Patient"), "patient list"),
    **dict.fromkeys(("report_batch", "record_join"), "patient list"),
    **dict.fromkeys(("worklist", "api_worklist"), "worklist"),
    **dict.fromkeys(FIGURES, "clinic figures"),
    **dict.fromkeys(("api_jobs", "api_job"), "job"),
    **dict.fromkeys(("api_import", "api_import_rows", "api_clinic_imports"), "import"),
}

# What is read and leaves no event, and why. Whatever else is read names its patient.
UNNOTED: Mapping[str, tuple[str, ...]] = {
    "It tells of no patient.": (
        *(*DEVELOPMENT, *INSTALLING, *LABORATORIES, *CATALOGUE, *RANGE_TEMPLATES),
        *("example", "glossary", "catalogue_file", "share_open", "import_template"),
        *("api_docs", "api_schema", "api_index", "fhir_metadata"),
        *("api_range_templates", "api_range_template"),
    ),
    "It tells people of their own account.": (
        *(*SIGN_IN, *KEYS, "record_claim", "record_open", "care_accept", "leave"),
        *("invitation_accept", "api_clinics"),
    ),
    "It tells clinics of themselves, and of what they asked for.": (
        *("members", "member_invite", "requests", "request_new", "export_request"),
        *("export_clinic", "worklist_messages"),
    ),
    "It tells carers whose records they open, and nothing of these.": ("records",),
    "A form that tells whose record it is about, and no more.": (
        *("result_add", "start_result", "plan_add", "label_file", "medicine_list"),
        *("report", "export"),
    ),
    "It tells how far work is; who takes its file is noted.": ("job", "jobs"),
    "It names files; in that of the stage nobody's results are.": (
        *("import_record", "import_clinic", "import_batch", "import_refused"),
        "api_import_refused",
    ),
}
NOTHING_TO_NOTE: Mapping[str, str] = {
    name: why for why, names in UNNOTED.items() for name in names if readers(name)
}
