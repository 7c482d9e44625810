"""Banking77's 77 intents, each under the category our desk would file it in.

Labels of another trade, so the fit is rough; what has no counterpart here is "other".
"""

from supportdesk.tickets.states import Category

_INTENTS = {
    Category.PAYMENT_FAILED: (
        "declined_card_payment declined_cash_withdrawal declined_transfer failed_transfer top_up_failed "
        "top_up_reverted reverted_card_payment? card_not_working contactless_not_working virtual_card_not_working "
        "beneficiary_not_allowed"
    ),
    Category.WRONG_AMOUNT: (
        "card_payment_fee_charged card_payment_wrong_exchange_rate cash_withdrawal_charge exchange_charge "
        "extra_charge_on_statement top_up_by_bank_transfer_charge top_up_by_card_charge transfer_fee_charged "
        "wrong_amount_of_cash_received wrong_exchange_rate_for_cash_withdrawal"
    ),
    Category.MISSING_OR_DUPLICATE: (
        "balance_not_updated_after_bank_transfer balance_not_updated_after_cheque_or_cash_deposit pending_card_payment "
        "pending_cash_withdrawal pending_top_up pending_transfer transaction_charged_twice "
        "transfer_not_received_by_recipient transfer_timing"
    ),
    Category.UNAUTHORISED: (
        "card_payment_not_recognised cash_withdrawal_not_recognised direct_debit_payment_not_recognised "
        "compromised_card lost_or_stolen_card lost_or_stolen_phone"
    ),
    Category.REFUND_LATE: "Refund_not_showing_up request_refund",
    Category.AUTOPAY: "automatic_top_up card_about_to_expire",
    Category.POLICY_CHANGE: "edit_personal_details terminate_account",
    Category.PROOF_NEEDED: "verify_my_identity why_verify_identity unable_to_verify_identity verify_source_of_funds",
    Category.APP_OR_SITE: "passcode_forgotten pin_blocked change_pin apple_pay_or_google_pay",
}
CATEGORY_OF = {intent: category for category, intents in _INTENTS.items() for intent in intents.split()}


def category_of(intent: str) -> Category:
    return CATEGORY_OF.get(intent, Category.OTHER)
