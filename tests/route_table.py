"""Who gets what from each route: the table that test_routes.py tries out."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

CAST = [
    "anonymous",
    "supplier_owner",
    "colleague",
    "other_supplier",
    "reviewer",
    "other_department_staff",
    "accountant",
    "municipality_admin",
    "other_city_staff",
    "operator",
]

# The answers stand in the order of the cast: anonymous, owner, colleague, 事業者B, reviewer, other department,
# accountant, admin, other city, operator. "login" is the way to the sign-in page, "···" is 404.
# "read", "file" and "rows" are 200 with a row of the access record: a document was seen, a file or a list taken along.
# The third column is the invoice in the URL, which is 事業者A's and addressed to the reviewer's department.
TABLE = """
home                          GET  -                 200   302   302   302   302   302   302   302   302   200
invitation_entry              GET  -                 200   200   200   200   200   200   200   200   200   200
invitation_entry              POST -                 200   200   200   200   200   200   200   200   200   200
invitation_received           GET  -                 302   302   302   302   302   302   302   302   302   302
invitation_continue           GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_continue           POST -                 login 302   302   302   302   302   302   302   302   302
invitation_company            GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_company            POST -                 login 302   302   302   302   302   302   302   302   302
invitation_person             GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_person             POST -                 login 302   302   302   302   302   302   302   302   302
invitation_confirm            GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_confirm            POST -                 login 302   302   302   302   302   302   302   302   302
invitation_done               GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_code               GET  -                 200   200   200   200   200   200   200   200   200   200
invitation_code               POST -                 200   200   200   200   200   200   200   200   200   200
first_sign_in                 GET  -                 410   410   410   410   410   410   410   410   410   410
first_sign_in                 POST -                 302   302   302   302   302   302   302   302   302   302
first_sign_in_code            GET  -                 200   200   200   200   200   200   200   200   200   200
first_sign_in_code            POST -                 200   200   200   200   200   200   200   200   200   200
first_sign_in_link            GET  -                 410   410   410   410   410   410   410   410   410   410
check                         GET  -                 200   200   200   200   200   200   200   200   200   200
check                         POST -                 200   200   200   200   200   200   200   200   200   200
check_registration_number     GET  -                 login 200   200   200   200   200   200   200   200   200
check_branches                GET  -                 login 200   200   200   200   200   200   200   200   200
sign_in_anew                  GET  -                 login 200   200   200   200   200   200   200   200   200
usersessions_list             GET  -                 login 200   200   200   200   200   200   200   200   200
usersessions_list             POST -                 login 302   302   302   302   302   302   302   302   302
mfa_index                     GET  -                 login 200   200   200   200   200   200   200   200   200
mfa_authenticate              GET  -                 login 302   302   302   302   302   302   302   302   302
mfa_authenticate              POST -                 login 302   302   302   302   302   302   302   302   302
mfa_reauthenticate            GET  -                 login 302   302   302   302   302   302   302   302   302
mfa_reauthenticate            POST -                 login 302   302   302   302   302   302   302   302   302
mfa_activate_totp             GET  -                 login 200   200   200   200   200   200   200   200   200
mfa_activate_totp             POST -                 login 200   200   200   200   200   200   200   200   200
mfa_deactivate_totp           GET  -                 login ···   ···   ···   ···   ···   ···   ···   ···   ···
mfa_view_recovery_codes       GET  -                 login ···   ···   ···   ···   ···   ···   ···   ···   ···
mfa_generate_recovery_codes   GET  -                 login 200   200   200   200   200   200   200   200   200
mfa_generate_recovery_codes   POST -                 login 200   200   200   200   200   200   200   200   200
mfa_download_recovery_codes   GET  -                 login ···   ···   ···   ···   ···   ···   ···   ···   ···
mfa_list_webauthn             GET  -                 login 200   200   200   200   200   200   200   200   200
mfa_add_webauthn              GET  -                 login 200   200   200   200   200   200   200   200   200
mfa_add_webauthn              POST -                 login 200   200   200   200   200   200   200   200   200
mfa_reauthenticate_webauthn   GET  -                 login 302   302   302   302   302   302   302   302   302
mfa_reauthenticate_webauthn   POST -                 login 302   302   302   302   302   302   302   302   302
mfa_remove_webauthn           GET  -                 login ···   ···   ···   ···   ···   ···   ···   ···   ···
mfa_edit_webauthn             GET  -                 login ···   ···   ···   ···   ···   ···   ···   ···   ···
mfa_login_webauthn            GET  -                 login 302   302   302   302   302   302   302   302   302
mfa_login_webauthn            POST -                 login 302   302   302   302   302   302   302   302   302
directory_sign_in             GET  -                 ···   ···   ···   ···   ···   ···   ···   ···   ···   ···
directory_callback            GET  -                 ···   ···   ···   ···   ···   ···   ···   ···   ···   ···
check_account_holder          GET  -                 login 200   200   200   200   200   200   200   200   200
supplier_home                 GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:company             GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:company_edit        GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:company_edit        POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:access_record       GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:access_record_file  GET  -                 login rows  403   ···   ···   ···   ···   ···   ···   ···
suppliers:trading             GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_accounts       GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_new    GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_new    POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_edit   GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_edit   POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_retire GET  -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_retire POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:billing_sources     GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:billing_source_new  GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:billing_source_new  POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:billing_source_edit GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:billing_source_edit POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:billing_source_retire GET  -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:billing_source_retire POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:seals               GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:seal_new            GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:seal_new            POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:seal_picture        GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:seal_retire         GET  -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:seal_retire         POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
invoices:list                 GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:list_csv             GET  -                 login rows  rows  ···   ···   ···   ···   ···   ···   ···
invoices:new                  GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  unopened_invoice  login read  read  ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  issued_invoice    login read  read  ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:edit                 GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:edit                 POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:edit                 GET  issued_invoice    login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:attachments          GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:attachments          POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:attachments          GET  unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:attachment           GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:attachment           GET  unopened_invoice  login file  file  ···   ···   ···   ···   ···   ···   ···
invoices:attachment_remove    GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:attachment_remove    POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:confirm              GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:preview              GET  draft             login 204   204   ···   ···   ···   ···   ···   ···   ···
invoices:draft_sheet          GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:draft_pdf            GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:issue                GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:issue                POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:issued               GET  unopened_invoice  login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:delete               GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:delete               POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:cancel               GET  unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:cancel               POST unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:reissue              GET  returned_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:reissue              POST returned_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:copy                 GET  unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:copy                 POST unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:begin_credit_note         GET  unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:begin_credit_note         POST unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:split                     GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:split                     POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:pdf                  GET  unopened_invoice  login file  file  ···   ···   ···   ···   ···   ···   ···
invoices:pdf                  GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:pdf                  GET  draft             login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:receipt              GET  unopened_invoice  login file  file  ···   ···   ···   ···   ···   ···   ···
invoices:receipt              GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:receipt              GET  draft             login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:sheet                GET  unopened_invoice  login read  read  ···   ···   ···   ···   ···   ···   ···
invoices:sheet                GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:sheet                GET  draft             login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  scheduled_invoice login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:schedule             GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:schedule             POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:scheduled            GET  scheduled_invoice login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:scheduled            GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:unschedule           GET  scheduled_invoice login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:unschedule           POST scheduled_invoice login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:request_return       GET  opened_invoice    login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:request_return       POST opened_invoice    login 302   302   ···   ···   ···   ···   ···   ···   ···
city_home                     GET  -                 login ···   ···   ···   200   200   200   200   ···   ···
city_history                  GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
accounts:policy               GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
accounts:policy               POST -                 login ···   ···   ···   403   403   403   302   ···   ···
accounts:taxable_departments  GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
accounts:taxable_departments  POST -                 login ···   ···   ···   403   403   403   302   ···   ···
accounts:access_record        GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
accounts:access_record_file   GET  -                 login ···   ···   ···   403   403   403   rows  ···   ···
invitations:list              GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:new               GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:new               POST -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:detail            GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:resend            GET  -                 login ···   ···   ···   403   403   403   302   ···   ···
invitations:resend            POST -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:revoke            GET  -                 login ···   ···   ···   403   403   403   302   ···   ···
invitations:revoke            POST -                 login ···   ···   ···   403   403   403   302   ···   ···
review:inbox                  GET  -                 login ···   ···   ···   200   200   200   200   ···   ···
review:detail                 GET  unopened_invoice  login ···   ···   ···   200   ···   read  read  ···   ···
review:detail                 GET  opened_invoice    login ···   ···   ···   read  ···   read  read  ···   ···
review:detail                 GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
review:open                   GET  unopened_invoice  login ···   ···   ···   302   302   302   302   ···   ···
review:open                   POST unopened_invoice  login ···   ···   ···   302   ···   403   403   ···   ···
review:return                 GET  opened_invoice    login ···   ···   ···   302   ···   302   302   ···   ···
review:return                 POST opened_invoice    login ···   ···   ···   302   ···   403   403   ···   ···
review:pdf                    GET  unopened_invoice  login ···   ···   ···   403   ···   file  file  ···   ···
review:pdf                    GET  opened_invoice    login ···   ···   ···   file  ···   file  file  ···   ···
review:pdf                    GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
review:sheet                  GET  unopened_invoice  login ···   ···   ···   403   ···   read  read  ···   ···
review:sheet                  GET  opened_invoice    login ···   ···   ···   read  ···   read  read  ···   ···
review:sheet                  GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
review:attachment             GET  unopened_invoice  login ···   ···   ···   403   ···   file  file  ···   ···
review:attachment             GET  opened_invoice    login ···   ···   ···   file  ···   file  file  ···   ···
review:attachment             GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
review:batch                  GET  -                 login ···   ···   ···   302   302   302   302   ···   ···
review:batch                  POST opened_invoice    login ···   ···   ···   200   302   200   200   ···   ···
review:unstaffed              GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
review:record_paper           GET  -                 login ···   ···   ···   200   200   200   200   ···   ···
review:record_paper           POST -                 login ···   ···   ···   200   200   200   200   ···   ···
review:reroute                GET  opened_invoice    login ···   ···   ···   302   ···   302   302   ···   ···
review:reroute                POST opened_invoice    login ···   ···   ···   302   ···   302   302   ···   ···
review:accept                 GET  opened_invoice    login ···   ···   ···   302   302   302   302   ···   ···
review:accept                 POST opened_invoice    login ···   ···   ···   302   ···   403   403   ···   ···
review:reopen                 GET  accepted_invoice  login ···   ···   ···   302   ···   302   302   ···   ···
review:reopen                 POST accepted_invoice  login ···   ···   ···   302   ···   403   403   ···   ···
review:take_over              GET  accepted_invoice  login ···   ···   ···   302   302   302   302   ···   ···
review:take_over              POST accepted_invoice  login ···   ···   ···   403   ···   302   403   ···   ···
review:recall                 GET  taken_over_invoice login ···   ···   ···   302   ···   302   302   ···   ···
review:recall                 POST taken_over_invoice login ···   ···   ···   403   ···   302   403   ···   ···
review:correct_paper          GET  paper_invoice     login ···   ···   ···   302   ···   302   302   ···   ···
review:correct_paper          POST paper_invoice     login ···   ···   ···   302   ···   302   302   ···   ···
review:withdraw_paper         GET  paper_invoice     login ···   ···   ···   302   ···   302   302   ···   ···
review:withdraw_paper         POST paper_invoice     login ···   ···   ···   302   ···   302   302   ···   ···
review:pay                    GET  accepted_invoice  login ···   ···   ···   302   ···   302   302   ···   ···
review:pay                    POST accepted_invoice  login ···   ···   ···   403   ···   302   403   ···   ···
review:take_batch             GET  -                 login ···   ···   ···   302   302   302   302   ···   ···
review:take_batch             POST opened_invoice    login ···   ···   ···   200   302   200   200   ···   ···
review:overpay                GET  accepted_invoice  login ···   ···   ···   302   ···   302   302   ···   ···
review:overpay                POST accepted_invoice  login ···   ···   ···   403   ···   302   403   ···   ···
review:set_off                GET  accepted_note     login ···   ···   ···   302   ···   302   302   ···   ···
review:set_off                POST accepted_note     login ···   ···   ···   403   ···   302   403   ···   ···
review:refund                 GET  accepted_note     login ···   ···   ···   302   ···   302   302   ···   ···
review:refund                 POST accepted_note     login ···   ···   ···   403   ···   302   403   ···   ···
review:correct                GET  paid_invoice      login ···   ···   ···   302   ···   302   302   ···   ···
review:correct                POST paid_invoice      login ···   ···   ···   403   ···   302   403   ···   ···
review:dispute                GET  accepted_invoice  login ···   ···   ···   302   ···   302   302   ···   ···
review:dispute                POST accepted_invoice  login ···   ···   ···   403   ···   302   403   ···   ···
review:end_dispute            GET  disputed_invoice  login ···   ···   ···   302   ···   302   302   ···   ···
review:end_dispute            POST disputed_invoice  login ···   ···   ···   403   ···   302   403   ···   ···
healthz                       GET  -                 200   200   200   200   200   200   200   200   200   200
readyz                        GET  -                 200   200   200   200   200   200   200   200   200   200
"""


RECORDED = {"read": "read", "file": "download", "rows": "export"}

# What shows of an issued invoice no more than a list does: a number, who sent it, its title and sum.
SHOWING_NO_DOCUMENT = {
    "invoices:issued",  # the number, and what comes next
    "review:batch",  # a list of what was ticked
    "review:take_batch",
}

# Nobody of the cast has a second factor, and none of them typed the password a second time.
WITHOUT_FACTOR = {
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
}


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        records: What each answer leaves in the access record; "" for nothing.
    """

    route: str
    method: str
    invoice: str
    answers: tuple[str, ...]
    records: tuple[str, ...]

    @classmethod
    def read(cls, line: str) -> "Row":
        route, method, invoice, *answers = line.replace("···", "404").split()
        assert len(answers) == len(CAST), line
        said = tuple("200" if cell in RECORDED else cell for cell in answers)
        return cls(route, method, invoice, said, tuple(RECORDED.get(cell, "") for cell in answers))

    def __str__(self) -> str:
        return f"{self.method}-{self.route}-{self.invoice}"


ROWS = [Row.read(line) for line in TABLE.strip().splitlines() if line.strip()]

# Routes of libraries, by the beginning of their name; the operator's site is tested in tests/portal/test_operator.py.
FOREIGN = ("account_", "admin:")


def routes(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), arguments: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every route's name with its namespaces, and the names of its arguments."""
    for pattern in (resolver or get_resolver()).url_patterns:
        found = (*arguments, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from routes(pattern, inner, found)
        else:
            assert isinstance(pattern, URLPattern)
            yield ":".join((*spaces, pattern.name or f"unnamed route {pattern.pattern}")), found


OURS = {name: arguments for name, arguments in routes() if not name.startswith(FOREIGN)}
