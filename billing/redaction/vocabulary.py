"""The words around a number that say what it is, in the languages customers write in.

Patterns are run over short slices, or once over the whole text with no nested repetition, so their cost is bounded.
They are written in small letters and read ``lowered`` text: matching without regard to case costs five times as much.
Alternations come first in a pattern, so that the matcher can skip to characters that may begin one.
"""

import re


def _either(words: str) -> str:
    """An alternation, longest first, so that "number" is not read as "nu" and a rest."""
    return "|".join(sorted(words.replace("_", r"[\s\-_]?").split(), key=len, reverse=True))


# Speaks of a payment card.
CARD = re.compile(
    _either(
        r"card visa amex american_express discover\b diners jcb\b union_pay maestro pan\b "
        r"karte carte\b bancaire tarjeta cartão cartao cartões carta\b kaart kredittkort kreditkort betalkort kort\b "
        r"kortti karta\b karty\b kártya kart\b карта карты картой картка κάρτα thẻ kartu "
        r"cvv cvc expir exp\b exp_date valid_thru gültig ccnum cc_number"
    )
    + r"|カード|信用卡|银行卡|銀行卡|卡号|卡號|카드|بطاقة|البطاقة|כרטיס|कार्ड|บัตร|%b(?=\d)|;(?=\d{13,19}=)",
)

# Names the number that follows as something else. Read only directly in front of an unbroken run of digits.
OTHER_NUMBER = re.compile(
    r"(?:\b(?:"
    + _either(
        "order orders purchase_order tracking track parcel shipment shipping consignment waybill awb invoice inv "
        "ref reference receipt transaction txn trx ticket case claim policy contract customer member membership "
        "request uuid guid iban bic imei isbn ean upc gtin sku serial barcode batch trace arn rrn session device "
        "user phone telephone tel mobile cell fax whatsapp call bestellung bestellnummer auftrag auftragsnummer "
        "sendung sendungsnummer rechnung rechnungsnummer kundennummer vertragsnummer commande facture suivi colis "
        "pedido factura envío envio guía ordine fattura spedizione bestelling factuur zending zamówienie faktura "
        "pakke ordrenummer"
    )
    + r")|заказа?|накладная|订单号?|訂單|运单号?|注文番号|طلب"
    + r")(?:[\s:#=.()\"'*]|numbers?\b|nummer\b|no\b|nr\b|num\b|id\b|code\b|is\b|was\b|№|n°|nº){0,12}$",
)
# ORD-4539578763621486: the shop's own prefix, glued by a dash; asked only of capitals.
OTHER_PREFIX = re.compile(
    r"(?:^|[^a-z])(?:ord|order|po|so|inv|invoice|trk|track|ref|txn|trx|tkt|rma|sku|awb|case|claim|pol|shp|pkg)"
    r"[\-#_/: ]{1,2}$"
)

# What people say between the groups of a number they read out.
CONNECTORS = frozenset(
    "then and next followed by after that this dash hyphen space blank dot point minus slash comma plus the rest "
    "is its it s last first second third fourth four digits digit number numbers part middle ok okay um er uh "
    "ends ending with finally again also more continue continues continued group here comes to be so now double "
    "dann und danach weiter strich bindestrich leerzeichen der die das puis et ensuite tiret espace le la les "
    "luego y e después despues guion guión espacio poi quindi trattino spazio depois traço espaço dan en daarna "
    "streepje spatie sonra ve затем потом и тире далее potem oraz i och sedan så ja sitten og så derefter ثم و "
    "بعدها 然后 再 接着 そして 次に nbsp br td tr p span div b".split()
)
WORD = re.compile(r"[^\W\d_]+")

SECURITY_CODE = re.compile(
    _either(
        "cvv cvv2 cvc cvc2 cvn cvn2 cav2 cid csc c\\.v\\.v\\.? c\\.v\\.c\\.? cvv/cvc cvc/cvv security_code "
        "security_number card_code card_security_code card_verification_code card_verification_value "
        "card_verification_number card_verification card_validation_code 3_digit_code three_digit_code "
        "4_digit_code four_digit_code code_on_the_back number_on_the_back digits_on_the_back numbers_on_the_back "
        "prüfnummer pruefnummer prüfziffer kartenprüfnummer kartenpruefnummer sicherheitscode sicherheitsnummer "
        "code_de_sécurité code_de_securite code_de_vérification cryptogramme cryptogramme_visuel "
        "código_de_seguridad codigo_de_seguridad código_de_verificación codigo_de_verificacion "
        "código_de_segurança codigo_de_seguranca código_de_verificação codice_di_sicurezza codice_di_verifica "
        "beveiligingscode veiligheidscode controlecode kod_bezpieczeństwa kod_zabezpieczający säkerhetskod "
        "sikkerhedskode sikkerhetskode turvakoodi turvaluku güvenlik_kodu код_безопасности код_проверки код_cvv "
        "bezpečnostní_kód bezpečnostný_kód biztonsági_kód cod_de_securitate κωδικός_ασφαλείας kode_keamanan "
        "mã_bảo_mật kod_keselamatan セキュリティ_コード 安全码 安全碼 验证码 보안_코드 رمز_الأمان رمز_التحقق "
        "קוד_אבטחה सुरक्षा_कोड รหัสความปลอดภัย"
    )
)
PIN = re.compile(r"pin(?:[\s\-]?(?:code|number|nummer|no)(?![a-z]))?")

# May stand between "CVV" and its digits, either way round.
_CODE_FILLERS = _either(
    "is was are are: it its number num no nr code digits digit value the my a of on at back card for this that "
    "equals three four 3 4 cvv cvc cvv2 cvc2 security and here please use below ist war lautet der die das meine "
    "auf rückseite rueckseite karte est sont le la mon ma du de au dos carte es son el mi al dorso tarjeta é e o "
    "meu minha do verso cartão il mio della carta retro het mijn op achterkant kaart это мой моя"
)
CODE_AFTER_LABEL = re.compile(
    rf"(?:[\s:;,.=#\-–—()\[\]{{}}\"'“”*/|>_]|(?:{_CODE_FILLERS})(?![^\W_])|[는은가]|は|が|是|为|هو|ו)*?"
    r"(?P<code>(?<!\d)(?<!\*{4})(?:\d(?:[ .\-]\d){2,3}(?![ .\-]?\d)|\d{3,4}(?!\d)))(?![.,]\d)",
)
CODE_BEFORE_LABEL = re.compile(
    r"(?P<code>(?<![\d.,*])\d{3,4}(?!\d))\s*"
    r"(?P<link>(?:[=(:\-–—]|is|as|for|are|being|ist|als|est|es|è|é|to|jest|är|er|on)(?![^\W_]))?"
    r"\s*(?:(?:my|the|a|its|card|card's|mein|meine|der|die|mon|ma|le|la|mi|el|o|meu|il|mio)\s+){0,2}[\s(\[\"']*$",
)
# "code 123", "back: 123": only ever read close behind a card number.
WEAK_LABEL = re.compile(r"(?:code|sec|security|back|reverse|digits|código|codigo|codice|kod|код)")

_MONTH = r"(?:0?[1-9]|1[0-2])"
_EXPIRY_WORDS = _either(
    "exp expiry expires expiration expiring exp_date expiry_date expiration_date date valid until thru through "
    "till to end ends and on is mm/yy mm/yyyy gültig bis ablauf ablaufdatum expire fin validité valable jusqu "
    "vence caduca vencimiento validade válido scade scadenza geldig tot ważna do"
)
_BETWEEN = r"[\s:;,.|/\-–—()\[\]'\"_>]"
# Behind a card number: separators, perhaps the expiry date (which stays), then the bare code.
CODE_AFTER_CARD = re.compile(
    rf"{_BETWEEN}{{1,6}}(?:(?:(?:{_EXPIRY_WORDS})(?![^\W_])|{_BETWEEN}){{0,12}}?"
    rf"(?P<expiry>(?<!\d){_MONTH}\s?[/.\-| ]\s?(?:20)?\d\d|(?<!\d)(?:0[1-9]|1[0-2])(?:20)?[2-4]\d)(?!\d)"
    rf"(?:(?:and|und|et|y|e)(?![^\W_])|{_BETWEEN}){{1,8}})?"
    r"(?P<code>(?<!\d)\d{3,4})(?!\d)(?![.,]\d)(?!\s?[/%\-–]\s?\d)",
)
# A number followed by one of these is an amount or a span of time, never a code.
UNIT = re.compile(
    r"\s?(?:[%\u20a0-\u20cf$£¥¢]|(?:eur|usd|gbp|chf|jpy|inr|aud|cad|euros?|dollars?|pounds?|bucks|"
    r"days?|hours?|minutes?|times?|tage|jours|días)(?![^\W\d_]))",
)
