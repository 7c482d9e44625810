"""Every code of every table: complete against the public lists, explained twice, and silent where it must be."""

import pytest

from billing.diagnosis.codes import (
    ACH_CHANGES,
    ACH_RETURNS,
    ADVICE,
    BACS_RETURNS,
    GENERIC_CUSTOMER,
    GENERIC_STEP,
    ISO8583,
    ISO20022_RETURNS,
    REFUND_FAILURES,
    STRIPE,
    Group,
    Meaning,
    Retry,
    explain_decline,
    explain_refund_failure,
    network_of,
    tables,
)

# The enum of Stripe's decline codes (stripe-go, August 2026).
STRIPE_DECLINE_CODES = frozenset(
    """
    authentication_required approve_with_id call_issuer card_not_supported card_velocity_exceeded
    currency_not_supported do_not_honor do_not_try_again duplicate_transaction expired_card fraudulent
    generic_decline incorrect_number incorrect_cvc incorrect_pin incorrect_zip insufficient_funds invalid_account
    invalid_amount invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number invalid_pin
    issuer_not_available lost_card merchant_blacklist new_account_information_available no_action_taken
    not_permitted offline_pin_required online_or_offline_pin_required pickup_card pin_try_exceeded
    processing_error reenter_transaction restricted_card revocation_of_all_authorizations
    revocation_of_authorization security_violation service_not_allowed stolen_card stop_payment_order
    testmode_decline transaction_not_allowed try_again_later withdrawal_count_limit_exceeded
    """.split()
)
# NACHA's numbers run with gaps: R48, R49, R54 to R60, R63 to R66, R78, R79 and R86 to R89 are not in use.
ACH_RETURN_NUMBERS = frozenset([*range(1, 48), *range(50, 54), 61, 62, *range(67, 78), *range(80, 86), 90])
ACH_CHANGE_NUMBERS = frozenset([*range(1, 10), 13, 14, *range(61, 70)])
# The European Payments Council's guidance on reason codes of R-transactions.
SEPA_RETURNS = frozenset(
    """
    AC01 AC04 AC06 AC13 AG01 AG02 AM04 AM05 BE05 CNOR DNOR ED05 FF01 FF05 MD01 MD02 MD05 MD06 MD07 MS02 MS03 RC01
    RR01 RR02 RR03 RR04 SL01
    """.split()
)
# Visa Core Rules, April 2026, table 7-2.
VISA_NEVER = frozenset("04 07 12 14 15 41 43 46 57 R0 R1 R3".split())
VISA_AFTER_FIX = frozenset("54 55 82 6P N7".split())
VISA_LATER = frozenset("19 39 51 52 53 61 62 65 75 78 86 91 96 5C 9G N3 N4 Z5".split())

MUST_STAY_SECRET = {
    "stripe": {"fraudulent", "lost_card", "stolen_card", "merchant_blacklist", "pickup_card", "restricted_card"},
    "iso8583": {"04", "07", "34", "35", "36", "37", "38", "41", "43", "59", "67"},
    "ach": {"R14", "R15", "R16", "R17", "R90"},
    "iso20022": {"AC06", "MD07", "RR04"},
    "bacs": {"ARUDD-2"},
    "refund": {"lost_or_stolen_card"},
}
TELLTALE = (
    "lost",
    "stolen",
    "fraud",
    "frozen",
    "court",
    "died",
    "deceased",
    "sanction",
    "block list",
    "launder",
    "police",
)

ALL = [
    meaning
    for table in (
        STRIPE,
        ISO8583,
        ACH_RETURNS,
        ACH_CHANGES,
        ISO20022_RETURNS,
        BACS_RETURNS,
        ADVICE,
        REFUND_FAILURES,
    )
    for meaning in table.values()
]


def test_tables_are_complete() -> None:
    assert STRIPE_DECLINE_CODES - STRIPE.keys() == set()
    assert ACH_RETURNS.keys() == {f"R{number:02}" for number in ACH_RETURN_NUMBERS}
    assert ACH_CHANGES.keys() == {f"C{number:02}" for number in ACH_CHANGE_NUMBERS}
    assert (len(STRIPE_DECLINE_CODES), len(ACH_RETURNS), len(ACH_CHANGES)) == (47, 71, 20)
    assert ISO20022_RETURNS.keys() == SEPA_RETURNS
    assert BACS_RETURNS.keys() == {f"ARUDD-{mark}" for mark in "0123456789AB"}
    assert {"confirm_card_data", "do_not_try_again", "try_again_later"} <= ADVICE.keys()


@pytest.mark.parametrize("meaning", ALL, ids=lambda meaning: f"{meaning.source}-{meaning.code}")
def test_each_code_has_words_for_both(meaning: Meaning) -> None:
    for text in (meaning.name, meaning.agent, meaning.customer, meaning.customer_step):
        assert text.strip() == text != ""
    for sentence in (meaning.agent, meaning.customer, meaning.customer_step):
        assert sentence.endswith(".")
    assert meaning.agent != meaning.customer


@pytest.mark.parametrize("meaning", [each for each in ALL if not each.secret], ids=lambda each: each.code)
def test_no_customer_text_holds_a_telltale_word(meaning: Meaning) -> None:
    assert [word for word in TELLTALE if word in f"{meaning.customer} {meaning.customer_step}".lower()] == []


def test_the_secret_ones_are_secret() -> None:
    for source, codes in MUST_STAY_SECRET.items():
        secret = {each.code for each in ALL if each.source == source and each.secret}
        assert codes - secret == set(), source


def test_a_secret_code_says_what_a_decline_without_reason_says() -> None:
    refund = explain_refund_failure("unknown")
    for each in ALL:
        words = (refund.customer, refund.customer_step) if each.source == "refund" else (GENERIC_CUSTOMER, GENERIC_STEP)
        assert not each.secret or (each.customer, each.customer_step) == words, each.code
    assert (STRIPE["generic_decline"].customer, STRIPE["generic_decline"].customer_step) == (
        GENERIC_CUSTOMER,
        GENERIC_STEP,
    )


def test_a_table_cannot_give_a_secret_code_words_of_its_own() -> None:
    row = {"group": "hard_stop", "retry": "never", "agent": "Stolen.", "secret": True, "customer": "It was stolen."}
    with pytest.raises(ValueError, match="takes no words for the customer"):
        tables._meaning("x", row, source="stripe")


def test_a_misspelt_field_stops_the_start() -> None:
    row = {"group": "hard_stop", "retry": "never", "agent": "A.", "costumer": "B."}
    with pytest.raises(ValueError, match="unknown fields costumer"):
        tables._meaning("x", row, source="stripe")


@pytest.mark.parametrize("secret", sorted(MUST_STAY_SECRET["stripe"]))
@pytest.mark.parametrize("other", ["", "51", "54", "R01", "99"])
def test_one_secret_code_makes_the_whole_answer_secret(secret: str, other: str) -> None:
    said = explain_decline(decline_code=secret, network_code=other)
    assert said.secret
    assert (said.customer, said.customer_step) == (GENERIC_CUSTOMER, GENERIC_STEP)


@pytest.mark.parametrize("number", sorted(MUST_STAY_SECRET["iso8583"]))
@pytest.mark.parametrize("named", ["", "generic_decline", "card_declined", "insufficient_funds"])
def test_a_secret_number_behind_a_harmless_word_is_secret(number: str, named: str) -> None:
    said = explain_decline(decline_code=named, network_code=number)
    assert (said.code, said.secret, said.customer) == (number, True, GENERIC_CUSTOMER)


def test_the_banks_number_says_more_than_a_vague_word() -> None:
    assert explain_decline(decline_code="generic_decline", network_code="51").code == "51"
    assert explain_decline(decline_code="do_not_honor", network_code="54").group is Group.EXPIRED
    assert explain_decline(decline_code="insufficient_funds", network_code="05").code == "insufficient_funds"


@pytest.mark.parametrize(
    ("codes", "retry"),
    [
        ({"decline_code": "insufficient_funds"}, Retry.LATER),
        ({"decline_code": "insufficient_funds", "advice_code": "do_not_try_again"}, Retry.NEVER),
        ({"decline_code": "processing_error", "advice_code": "02"}, Retry.LATER),
        ({"decline_code": "do_not_honor", "network_code": "05", "advice_code": "03"}, Retry.NEVER),
        ({"decline_code": "stolen_card", "advice_code": "try_again_later"}, Retry.NEVER),
        ({"network_code": "R01"}, Retry.LATER),
        ({"network_code": "R07"}, Retry.NEVER),
        ({"network_code": "1A"}, Retry.WITH_CUSTOMER),
        ({}, Retry.SPARINGLY),
    ],
)
def test_the_strictest_advice_wins(codes: dict[str, str], retry: Retry) -> None:
    assert explain_decline(**codes).retry is retry


def test_visa_categories() -> None:
    assert {code for code in VISA_NEVER if ISO8583[code].retry is not Retry.NEVER} == set()
    assert {code for code in VISA_AFTER_FIX if ISO8583[code].retry is not Retry.AFTER_FIX} == set()
    assert {code for code in VISA_LATER if ISO8583[code].retry not in (Retry.LATER, Retry.SOON)} == set()


def test_an_unknown_code_is_called_unknown() -> None:
    said = explain_decline(decline_code="brand_new_code")
    assert (said.known, said.group, said.retry) == (False, Group.BANK_SAID_NO, Retry.SPARINGLY)
    assert said.agent == (
        "We do not know the code brand_new_code. Treat it as declined without a reason, and ask the provider."
    )
    assert said.customer == GENERIC_CUSTOMER


def test_an_approval_code_on_a_failed_payment_is_no_reason() -> None:
    said = explain_decline(network_code="00")
    assert (said.known, said.agent) == (False, "The bank's answer 00 does not say why the payment failed.")


@pytest.mark.parametrize("spelling", ["5", "05", " 05", "r01", "R01", "1a"])
def test_numbers_are_read_as_banks_write_them(spelling: str) -> None:
    assert explain_decline(network_code=spelling).known


@pytest.mark.parametrize("spelling", ["1", "ARUDD 1", "ARUDD-1", "arudd1"])
def test_a_figure_is_bacs_own_where_the_network_says_so(spelling: str) -> None:
    assert network_of(spelling, "GBP") == "bacs"
    said = explain_decline(network_code=spelling, network="bacs")
    assert (said.code, said.group, said.retry) == ("ARUDD-1", Group.STOPPED, Retry.NEVER)
    assert explain_decline(network_code="1").code == "01"


@pytest.mark.parametrize(
    ("code", "currency", "network"),
    [
        ("R01", "USD", "ach"),
        ("C01", "USD", "ach"),
        ("AC04", "EUR", "sepa"),
        ("AC04", "GBP", ""),
        ("1", "EUR", ""),
        ("RR04", "EUR", "sepa"),
        ("ZZ99", "EUR", ""),
        ("", "GBP", ""),
    ],
)
def test_the_network_of_a_return(code: str, currency: str, network: str) -> None:
    assert network_of(code, currency) == network


def test_an_unknown_refund_failure_is_called_unknown() -> None:
    said = explain_refund_failure("never_seen")
    assert (said.code, said.known, said.agent) == (
        "never_seen",
        False,
        "The bank sent the money back and gives no reason.",
    )
