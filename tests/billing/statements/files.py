"""Statements as banks write them, made small for tests; the numbers in them are chosen to be recognised."""

from collections.abc import Iterable
from datetime import date

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}"
IBAN = "DE89370400440532013000"


def camt_entry(
    amount: str = "12.50",
    *,
    direction: str = "CRDT",
    day: str = "2026-11-20",
    reference: str = "",
    status: str = "<Sts>BOOK</Sts>",
    details: str = "",
    more: str = "",
    currency: str = "EUR",
) -> str:
    named = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>{more}{status}'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>{named}"
        f"<NtryDtls>{details}</NtryDtls></Ntry>\n"
    )


def camt_details(
    *, end_to_end: str = "NOTPROVIDED", name: str = "Lena Vogel", text: str = "", side: str = "Dbtr", more: str = ""
) -> str:
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{more}"
        f"<RltdPties><{side}><Nm>{name}</Nm></{side}><{side}Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></{side}Acct>"
        f"</RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def camt_balance(code: str, amount: str, direction: str = "CRDT", day: str = "2026-11-20") -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def camt(entries: str, *, version: int = 2, balances: str = "", account: str = f"<IBAN>{IBAN}</IBAN>") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{CAMT.format(version=version)}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-21T06:00:00</CreDtTm></GrpHdr>\n"
        f"<Stmt><Id>S-1</Id><CreDtTm>2026-11-21T06:00:00</CreDtTm><Acct><Id>{account}</Id><Ccy>EUR</Ccy>"
        f"<Ownr><Nm>Redress Insurance</Nm></Ownr></Acct>{balances}\n{entries}</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


MT940 = b""":20:STARTUMS
:25:37040044/0532013000
:28C:00001/001
:60F:C261119EUR100,00
:61:2611201120CR12,50NTRFNONREF//B-1
:86:166?00GUTSCHRIFT?20EREF+E2E-77?21SVWZ+Policy 4711?30COBADEFFXXX?31DE02120300000000202051?32Lena Vogel
:61:2611201120D2,50NCHGNONREF//B-2
:86:Account fee November
:62F:C261120EUR110,00
-
"""

OFX1 = b"""OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><FI><ORG>First Bank</FI></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>111000025<ACCTID>0123456789<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261101<DTEND>20261120
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261120120000[-5:EST]<TRNAMT>+49.90<FITID>F-1<NAME>LENA VOGEL
<MEMO>Policy 4711 &amp; rider
<STMTTRN><TRNTYPE>FEE<DTPOSTED>20261120<TRNAMT>-1.5<FITID>F-2<NAME>MONTHLY FEE
</BANKTRANLIST><LEDGERBAL><BALAMT>148.40<DTASOF>20261120</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

OFX2 = b"""<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR</CURDEF><CCACCTFROM><ACCTID>CARD-9</ACCTID></CCACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>POS</TRNTYPE><DTPOSTED>20261119</DTPOSTED><TRNAMT>-1.234,56</TRNAMT>
<FITID>C-1</FITID><PAYEE><NAME>Print shop</NAME></PAYEE></STMTTRN></BANKTRANLIST>
</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""

BAI2 = b"""01,122099999,123456789,261121,0200,1,80,1,2/
02,123456789,122099999,1,261120,2359,USD,2/
03,0123456789,USD,010,10000,,,015,11200,,/
16,142,1250,V,261121,,BANKREF1,CUSTREF1,ACH CREDIT LENA VOGEL, POLICY 4711/
88,SECOND LINE OF TEXT/
16,698,50,Z,,,MONTHLY FEE/
49,22500,5/
98,22500,1,7/
99,22500,1,9/
"""


def nacha(*records: str) -> bytes:
    assert all(len(record) == 94 for record in records), [len(record) for record in records]
    return ("\n".join(records) + "\n").encode()


NACHA_HEADER = "101 121000358 1234567892611200830A094101BANK OF TEST           REDRESS INSURANCE              "
NACHA_BATCH = "5200REDRESS INSURANC                    1234567890PPDPREMIUM   261120261121   1121000350000001"
NACHA_DEBIT = "627231380104744-5678-99      0000012500POLICY4711     LENA VOGEL              1121000350000001"
NACHA_RETURNED = "626231380104744-5678-99      0000012500POLICY4711     LENA VOGEL              1121000350000002"
NACHA_RETURN = "799R01121000350000001      23138010                                            231380100000007"
NACHA_NOTICED = "621231380104744-5678-99      0000000000POLICY4711     LENA VOGEL              1121000350000003"
NACHA_NOTICE = "798C01121000350000001      231380101918171614                                  231380100000008"


def nacha_control(debits: int, credits: int) -> tuple[str, str]:
    amounts = f"{debits:012}{credits:012}"
    return (
        f"82000000020023138010{amounts}1234567890                         121000350000001",
        f"9000001000001000000020023138010{amounts}{'':39}",
    )


def csv_lines(rows: Iterable[tuple[date, str, str]], *, header: str = "Date,Description,Amount") -> bytes:
    return "\n".join([header, *(f"{day.isoformat()},{text},{amount}" for day, text, amount in rows), ""]).encode()
