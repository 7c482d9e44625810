"""Does a note quote payment data?

What an agent writes after looking at the money side ("declined, 51, P-90412") would show it to colleagues who proved
nothing. A note for which this is true is locked with the money panel. It errs towards yes: a locked note costs a code,
an open one is a leak.
"""

import re

from billing.redaction.characters import lowered

_SIGN = r"[$£¥¢₠-⃏﷼＄￡￥]"
# Common circulating currencies; as words only beside a number.
_CURRENCY = (
    r"(?:aed|ars|aud|bgn|bhd|brl|cad|chf|clp|cny|cop|czk|dkk|egp|eur|gbp|hkd|huf|idr|ils|inr|isk|jod|jpy|kes|krw|kwd|"
    r"mad|mxn|myr|ngn|nok|nzd|omr|pen|php|pkr|pln|qar|rmb|ron|rsd|rub|sar|sek|sgd|thb|tnd|try|twd|uah|usd|vnd|zar|"
    r"euros?|dollars?|pounds?|quid|bucks?|cents?|pence|francs?|yen|yuan|rupees?|kr|zł|lei|rs\.?)"
)
_AMOUNTS = [
    rf"{_SIGN}\s?[\-−+]?\s?\d",
    rf"\d\s?(?:k\s?)?{_SIGN}",
    rf"(?<![^\W\d_]){_CURRENCY}\s?[\-−+]?\d",
    rf"\d\s?(?:k\s?)?{_CURRENCY}(?![^\W\d_])",
    r"(?<![\d.,:/\-])\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+(?![\d.,/\-])",
    r"(?<![\d.,:/\-])\d+[.,]\d{2}(?![\d.,:/\-])",
]
_OUR_PREFIXES = "p|r|d|b|inv|cn|pay|pmt|ref|rf|rfd|cb|dsp|dis|clm|agr|pol|sub|led|st|stl|arn|po|txn|cr|at|m"
_PROVIDER_PREFIXES = "pi|ch|py|re|in|ii|il|cus|dp|du|pm|sub|src|card|txn|po|cn|seti|pyr|tok|ba|acct|evt"
_RECORDS = "invoice|bill|payment|refund|charge|dispute|claim|transaction|policy|agreement|statement"
_REFERENCES = [
    r"[•*·x#∗●]{2,}[\s\-]?\d{3,4}(?!\d)",
    r"\b(?:ending|ends|finishing)\s+(?:in|with)?\s*\d{3,4}\b",
    r"\b(?:card|account|last\s+(?:four|4))(?:\s+(?:number|no\.?|is|digits))*[\s:#]+\d{3,}\b",
    r"\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){3,}",
    r"\b(?:visa|master\s?card|amex|american express|maestro|discover|sepa|iban|bic)\b",
    rf"\b(?:{_OUR_PREFIXES})-?\d{{3,}}\b",
    rf"\b(?:{_PROVIDER_PREFIXES})_[a-z0-9]{{6,}}",
    rf"\b(?:{_RECORDS})\s*(?:no\.?|nr\.?|number|ref\.?|id)?\s*[#:]?\s*[a-z]*-?\d{{2,}}",
]
_REFUND_STATES = "sent|failed|pending|issued|approved|denied|reversed|settled|made|done|due|arriv|partial|full|out|gone"
_PAYMENT_STATES = (
    "failed|failing|pending|succeeded|settled|cleared|missed|late|due|stuck|retr|returned|misapplied|received|arrived|"
    "held|on hold|reversed|went through|applied|bounced"
)
_MOVED = "charged|debited|credited|billed|refunded|reversed|captured|settled|paid|invoiced|written off"
_WHICH = "failed|missed|late|returned|pending|duplicate|double|next|last|latest|second"
_STOPPED = "off|broken|failed|cancel|stopped|revoked|expired|paused|on"
_STATES = [
    r"\bdeclin|\bdo[ _]not[ _]hono|\binsufficient\b|\bnot enough (?:funds|money)|\bnsf\b|\bbounced|\bchargebacks?\b",
    r"\b(?:decline|reason|return|response)\s?code\b|\bcode\s+\d\d\b|\br\d\d\b",
    r"\bcards?\b.{0,40}\b(?:expired|expires|stolen|lost|blocked|frozen|replaced|rejected|refused|restricted)\b",
    r"\b(?:expired|stolen|lost|blocked|rejected|refused)\s+card\b",
    rf"\b(?:was|were|is|are|been|got|already|being|never|double|twice|wrongly)\s+(?:\w+\s+)?(?:over)?(?:{_MOVED})\b",
    rf"\b(?:{_MOVED})\s+(?:twice|again|double|back|late|in full|on|by|the|him|her|them)\b",
    rf"\brefund\w*\b.{{0,40}}\b(?:{_REFUND_STATES})",
    rf"\b(?:{_REFUND_STATES})\w*\b.{{0,25}}\brefund",
    rf"\bpayments?\b.{{0,40}}\b(?:{_PAYMENT_STATES})",
    rf"\b(?:{_WHICH})\s+(?:payment|charge|debit|instal+ment|transaction|invoice)\b",
    r"\b(?:authori[sz]ation|auth)\s+(?:hold|code|failed)|\bprovisional credit\b|\bwrite.?off\b|\bgoodwill credit\b",
    r"\b(?:balance|arrears|overdraft|overdrawn|outstanding|overdue|unpaid|past due|owes?|owed|owing)\b",
    r"\b(?:in|their|his|her|account) (?:credit|debit)\b",
    rf"\b(?:autopay|auto-pay|direct debit|mandate)\b.{{0,30}}\b(?:{_STOPPED})",
    r"\b(?:policy|cover|agreement|subscription)\b.{0,30}\b(?:laps|grace|terminated|suspended)|\blapsed?\b|\bin grace\b",
]
# The commonest of these in the other languages of the desk.
_OTHER_LANGUAGES = [
    r"\babgelehnt|\brückbuchung|\blastschrift|\bkontostand|\bguthaben|\brefus[ée]|\bprélèvement|\bsolde\b|\bimpayé",
    r"\brechazad|\bsaldo\b|\brifiutat|\brecusad|\bgeweigerd|\bodrzucon|\bотклон",
]
_MONEY = re.compile("|".join([*_AMOUNTS, *_REFERENCES, *_STATES, *_OTHER_LANGUAGES]))


def mentions_money(text: str) -> bool:
    return _MONEY.search(lowered(text)) is not None
