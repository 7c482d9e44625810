"""What speaks for each category: patterns over small letters, with the points they give.

4 and 3 say it alone, 2 points to it, 1 goes along with it. A rule is a line that begins with its points; lines set
further in go on with it. ``<few>`` and ``<some>`` let up to four or nine words stand between two things ("card …
declined"); the other names in angle brackets are the groups of words below. Where points are equal, the category that
stands first wins: it is the costlier trouble.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from supportdesk.tickets.states import Category

_GROUPS = {
    "few": r"\W+(?:[\w']+\W+){0,4}?",
    "some": r"\W+(?:[\w']+\W+){0,9}?",
    "moved": (
        r"(?:payments?|purchases?|transactions?|transfer\w*|top(?:ping)?[\s-]?ups?|topping|withdraw\w*|deposits?|"
        r"charges?|debits?|cards?|che(?:ck|que)s?|money|funds?|cash|contactless|instal+ments?|bill|premium)"
    ),
    "not": r"(?:not|n't|never|cannot|unable|without|no longer)",
    "refused": (
        r"(?:declin\w*|reject\w*|refus\w*|revert\w*|bounc\w*|fail\w*|denied|den(?:y|ies)|unsuccessful\w*|"
        r"not (?:successful|allowed|approved))"
    ),
    "wrong": (
        r"(?:wrong|incorrect|mistaken?|error|bad|off|too (?:low|high)|not (?:right|correct)|n't (?:right|correct))"
    ),
    "lost": r"(?:lost|stolen|stole|missing|gone|misplaced|robbed|mugged)",
    "verify": r"(?:verif\w*|prov(?:e|ing|en)|proof|confirm\w*|check(?:ed|ing|s)?|identify\w*)",
    "identity": r"(?:identit\w*|id|ids|identification|who i am|it's me|it is me)",
}


class Rule(NamedTuple):
    points: int
    pattern: re.Pattern[str]


def _rules(written: str) -> tuple[Rule, ...]:
    joined = re.sub(r"\n {10,}(?=\S)", "", written)
    lines = [line.strip().partition(" ") for line in joined.splitlines() if line.strip()]
    return tuple(Rule(int(points), _pattern(pattern)) for points, _, pattern in lines)


def _pattern(written: str) -> re.Pattern[str]:
    filled = re.sub(r"<([a-z]+)>", lambda group: _GROUPS[group[1]], written)
    return re.compile(rf"(?<!\w)(?:{filled})", re.DOTALL)


RULES: Mapping[Category, tuple[Rule, ...]] = {
    Category.UNAUTHORISED: _rules(
        r"""
        3 unauthori[sz]ed|not authori[sz]ed|n't authori[sz]ed|fraud\w*|identity theft|hack(?:ed|er)|cloned|skimm(?:ed
          |er)
        3 (?:never|not|n't|no memory of)\W+(?:[\w']+\W+)?(?:ma(?:k|d)e|doing|do|did|authori[sz]e|approve|order|buy
          |bought|initiate)\b(?! (?:it|that) (?:work|go))
        3 (?:do not|don't|didn't|did not|not|never|cannot|can't) (?:\w+ )?recogni[sz]e|unrecogni[sz]ed
          |not recogni[sz]ed
        3 (?:unfamiliar|unknown|strange|weird|suspicious|odd|unusual|mystery)\W+(?:\w+\W+)?<moved>
        3 <lost><few>(?:cards?|wallet|purse|phone|mobile|cell\w*)\b
        3 (?:cards?|wallet|purse|phone|mobile)(?: \w+)?\W+(?:was|is|were|has been|got|been|went|might be
          |may be)\W+(?:\w+\W+)?<lost>
        3 (?:someone|somebody|anyone|another person|other people|a stranger|thief)\b<few>(?:us(?:e|ed|es|ing)|ha[sd]
          |have|access\w*|t(?:ake|ook)|made|mak\w+|withdr\w+|charg\w+|stole|knows?|info\w*)
        3 (?:isn't|is not|wasn't|was not|aren't|not) (?:mine|me|by me|my (?:debt|account|charge|payment
          |transaction))\b|without my (?:\w+ )?(?:permission|consent|knowledge|authori\w+)
        2 compromised|scam\w*|stolen|theft|belongs? to (?:someone|somebody) else|what (?:is|was) (?:this
          |that) (?:charge|payment|transaction|debit|withdrawal)
        3 (?:used|made|done|taken|opened|authori[sz]ed) by (?:someone|somebody|anyone|another)|(?:wasn't|not|n't
          |was not) (?:\w+ )?(?:done|made|authori[sz]ed|initiated|approved) by me
        2 (?:can't|cannot|can not|couldn't|don't know where) (?:\w+ ){0,2}?(?:find |is )?my (?:cards?|wallet|phone)
          |not sure where my (?:card|phone|wallet)|where (?:is|did|does|are)\b<few>(?:this|that) (?:charge|payment
          |transaction|debit)
        2 disput(?:e|ed|ing)\b<few><moved>
        2 (?:don't|do not) (?:know|remember) (?:what|who|where|this|that|about|making|it)
        """
    ),
    Category.MISSING_OR_DUPLICATE: _rules(
        r"""
        3 (?:twice|double|doubled|duplicat\w*|repeat\w*|multiple|several|two
          |2)\W+(?:[\w']+\W+)?(?:the )?(?:same )?<moved>
        3 <moved><some>(?:twice|double[d]?|duplicate\w*|two times|2 times|multiple times|more than once|repeated)
        3 charged (?:\w+ )?(?:twice|double|two times|2 times|multiple)|same (?:charge|payment|transaction|purchase
          |item) (?:\w+ )?(?:twice|two|again)
        3 (?:still |is |as |says? |shows? |showing |was |are |been )?pending
        3 <moved><some>(?:has|have|had|did|does|do|is|are|was|still|can)? ?<not><few>(?:arriv\w*|show\w*|receiv\w*
          |appear\w*|updat\w*|post\w*|credited|there\b|clear\w*|reflect\w*|in my (?:account|balance)|here|come in
          |came in|complete\w*|found)
        3 (?:has|have|did|does|do|is|are|was|could|can|would|wo)<not> (?:\w+ )?(?:arrive\w*|shown?|showing|receiv\w*
          |got|gotten|see|seen|find|appear\w*|updated?|credited)<few><moved>
        3 <moved><few>(?:disappear\w*|vanish\w*|misapplied|wasn't credited|not credited|to (?:the )?wrong (?:account
          |person))
        3 balance\b<some>(?:<not>|still)<few>(?:updat\w*|chang\w*|reflect\w*|show\w*|increas\w*|gone|the same|there
          |adjust\w*)
        2 (?:why|where|when|has|have|is|did)\b<few>(?:my |the |a )?(?:transfer|money|funds|deposit|cash|che(?:ck
          |que))\b<some>(?:not|n't|arriv\w*|show\w*|yet|get here|complete|go through|there|available|posted)
        2 how (?:long|soon|much time|many days)\b<some>(?:transfers?|transfer\w*|money|funds|deposit|payments?
          |top[\s-]?ups?|cash|che(?:ck|que))
        2 (?:still |been |am |i'm )waiting (?:on|for)\b<few><moved>|(?:time ?frame|wait(?:ing)? (?:time|period)
          |when (?:will|can|do|does|is|should))\b<few><moved>
        2 (?:recipient|beneficiary|friend|seller|landlord|merchant|company|they|receiver|person|bank)\b<few>(?:n't|not
          |never|has yet|have yet)<few>(?:receiv\w*|got\w*|seen?|get)
        1 (?:transfer|money|funds|payment|deposit|cash|check|cheque)\b<some>(?:yet|still)\b
        """
    ),
    Category.REFUND_LATE: _rules(
        r"""
        4 refund\w*|money back|reimburs\w*|return(?:ing)? (?:an|the|my|this) (?:item|order|product|purchase)
          |give me back|get back (?:my|the) money
        2 cancel\w* (?:a|an|the|my|this) (?:\w+ )?(?:purchase|order|item)|revers\w* (?:a|the|my) (?:transaction|charge
          |payment)|credit note
        """
    ),
    Category.PAYMENT_FAILED: _rules(
        r"""
        3 <moved><few><refused>
        3 <refused><few><moved>
        3 <moved><some>(?:do|does|did|is|was|will|would|wo|has|have|could|ca|isn)?(?:not|n't|never|stopped|quit
          |no longer)\b<few>(?:work\w*|go\b|going|gone|went|through|process\w*|accept\w*|complete\b|let)
        3 (?:not|n't|never|stopped)\W+(?:\w+\W+)?(?:work\w*|accept\w*|process\w*|go(?:ing)? through)<few><moved>
        3 (?:why |what |the |my ).{0,30}?<moved>\b.{0,30}?\b(?:cancel+ed|reversed|returned|came back|back (?:in|to
          |into) my account)
        2 (?:can't|cannot|can not|couldn't|could not|unable to|not able to|wo n't let me|won't let me
          |not let(?:ting)? me|trouble|problems?)<few>(?:pay|us(?:e|ing)|buy|purchas\w*|withdraw\w*|mak(?:e|ing) a
          |send|get (?:cash|money)|transfer\w*|top\w*|deposit)
        2 atm\b<few>(?:n't|not|won't|refus\w*|declin\w*)|declined|denied|isn't working|not working|doesn't work
          |won't work|did not work|didn't work
        2 (?:keeps?|got|gets|getting|was|were|is|being|been|has)\W+(?:\w+\W+)?<refused>
        1 <refused>|insufficient funds
        """
    ),
    Category.AUTOPAY: _rules(
        r"""
        3 auto[\s-]?(?:pay\w*|top\w*|renew\w*|debit\w*|draft\w*)|automatic\w* (?:\w+ )?(?:pay\w*|top\w*|withdraw\w*
          |debit\w*|deduct\w*|renew\w*|charg\w*|add\w*)
        2 (?:direct debit|standing order|recurring (?:payment|charge)|mandate|can't stop (?:withdrawals|payments)
          |stop payments?|scheduled payment)
        3 (?:about to|going to|soon|will|almost|nearly|has|is) expir\w*|expir\w* (?:soon|card)
          |card\W+(?:\w+\W+){0,4}?expir\w*|lapse\w*
        2 top[\s-]?up<some>automatic\w*|auto\b
        """
    ),
    Category.WRONG_AMOUNT: _rules(
        r"""
        3 (?:extra|hidden|additional|unexpected|unnecessary|excessive|high(?:er)?|another
          |random)\W+(?:\w+\W+)?(?:fees?|charges?|charged|amounts?|bill|price|premium|cost|[£$€]?\d)
        3 charged?\b<few>(?:fees?\b|extra|more|too much|for (?:a |the |my )?(?:using|making|getting|taking|pulling
          |withdraw\w*|transfer\w*|top\w*|receiving|adding|sending|exchang\w*|card payment))|overcharg\w*
        3 (?:exchange )?rates?\b<some><wrong>|<wrong><few>(?:exchange|rates?\b|conversion)|charged interest
          |interest (?:you|i) did
        3 (?:wrong|incorrect|different|partial|less|lower|short\w*|missing|not (?:all|the (?:right|full|correct))
          |n't (?:\w+ )?(?:all|the (?:right|full|correct)))<few>(?:amount|cash|sum|than|price|total)
        3 (?:only|just) (?:got|received|gave|gave me|given|dispensed|receive) (?:me )?(?:a )?(?:[£$€]?\d|part|half
          |some|less)|asked for .{0,20} (?:got|gave|received)|went up|(?:price|bill|premium|rate
          |payment)s?\W+(?:\w+\W+){0,3}?(?:increas\w*|higher|jumped|doubled)
        2 \bfees?\b
        2 (?:how much|what|any|is there|are there|will|do you|does it|am i|would)\b<few>(?:be )?(?:charge[ds]?|cost\w*
          |free)\b
        2 (?:charge|cost)s? (?:for|to|of|when|on)\b<few>(?:transfer\w*|top\w*|withdraw\w*|exchang\w*|receiv\w*|atm
          |cash|add\w*|using)
        2 (?:[£$€]\s?1(?:\.00)?|(?:1|one|a) ?(?:euro|pound|dollar|£|€|gbp|usd))\b<few>(?:charge|fee|payment|statement
          |transaction|extra)|charg\w+ me (?:an? )?[£$€]?\d
        1 exchange rates?|conversion|interest|too (?:much|high)
        """
    ),
    Category.POLICY_CHANGE: _rules(
        r"""
        3 (?:chang\w*|updat\w*|edit\w*|correct\w*|modif\w*|amend\w*|switch\w*)\W+(?:[\w']+\W+){0,4}?(?:address|adress
          |name|details|information|info|phone number|e-?mail|policy|plan|cover\w*|personal)
        3 (?:clos\w*|terminat\w*|delet\w*|cancel\w*|deactivat\w*|end|stop|remov\w*
          |get rid of)\W+(?:[\w']+\W+){0,3}?(?:accounts?|policy|subscription|membership|plan|contract|cover\w*
          |services?)\b
        2 rider|upgrade|downgrade|new (?:address|last name|surname|name)|moved|got married|(?:don't
          |no longer) want (?:this|my|the|your) (?:account|service)|change of (?:address|name)
        """
    ),
    Category.PROMOTION: _rules(
        r"""
        3 coupons?|promo\w*|discounts?|vouchers?|referral|bonus|introductory|advertised|gift ?cards?|special offer
          |loyalty|rewards? points?
        2 cash ?back (?:offer|reward)|rewards?|free month|advertising
        """
    ),
    Category.PROOF_NEEDED: _rules(
        r"""
        3 <verify>\W+(?:[\w']+\W+){0,4}?<identity>\b|<identity>\W+(?:[\w']+\W+){0,4}?<verify>
        3 proofs?\b(?! (?:that )?(?:you|they|it))|sources? of (?:\w+ )?(?:my )?(?:funds|money|income)|(?:where
          |how)\b<few>(?:money|funds)\b<few>c[oa]m(?:e|es|ing)? from
        3 (?:copy|copies) of|receipts?\b|validat\w* (?:of )?(?:the |this |my )?debt|verify (?:the )?debt
          |for (?:(?:my|the) )?tax\w*|tax (?:office|return)|confirmation letter|account statement for
        2 <identity>\W+(?:[\w']+\W+){0,2}?(?:check|documents?|needed|required|necessary|details|info\w*)|(?:personal
          |so much|my)\W+(?:\w+\W+)?(?:id|identification|identity)\b|verify my (?:account|income|address)
        """
    ),
    Category.APP_OR_SITE: _rules(
        r"""
        3 pass ?codes?|passwords?|log ?(?:in|on|ging)|sign(?:ing)? in|locked out|apple ?(?:pay|watch)|google ?pay
        3 pin\b<some>(?:block\w*|unblock\w*|chang\w*|reset\w*|forg[eo]t\w*|wrong|tries|try|attempts?|lock\w*
          |unlock\w*)
        3 (?:block\w*|unblock\w*|chang\w*|reset\w*|forg[eo]t\w*|wrong|tries|attempts?|unlock\w*|incorrect|different
          |set)<few>pin\b
        3 (?:app|website|web ?site|site|page|portal)\b<few>(?:crash\w*|error|slow|down\b|freez\w*|froze\w*|load\w*
          |keeps|blank|broken|closes)|error (?:message|page)|does not load|page not found
        2 (?:app|website|site|page|portal)\b<few>(?:n't|not|won't)|can't (?:access|get into|open)|unblock\w*
        """
    ),
}
