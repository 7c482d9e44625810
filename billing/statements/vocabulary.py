"""What banks call their columns, in the languages their exports come in; as ``mapping.plain`` writes them."""

from collections.abc import Mapping
from typing import Final

_WORDS: Final[Mapping[str, str]] = {
    "booked_on": """date|booking date|booked|transaction date|posting date|posted date|post date|trans date|date posted
        |completed date|date utc|created utc|created|settlement date|entry date|accounting date|datetime|timestamp
        |buchungstag|buchungsdatum|buchung|datum|belegdatum|fecha|fecha operacion|f operacion|fecha de operacion
        |fecha contable|fecha de la operacion|date operation|date d operation|date de l operation|date comptable
        |date de comptabilisation|data|data contabile|data operazione|data registrazione|data lancamento
        |data do lancamento|data mov|data movimento|data operacao|boekdatum|boekingsdatum|transactiedatum|datum boeking
        |uitvoeringsdatum|bokforingsdag|bokforingsdatum|transaktionsdag|bogforingsdato|dato|bokfort|bokforingsdato
        |utfort dato|kirjauspaiva|tapahtumapaiva|data ksiegowania|data operacji|data transakcji|datum zauctovani
        |datum provedeni|datum splatnosti|konyveles datuma|islem tarihi|tarih""",
    "value_on": """value date|date value|val date|valuta|valutadatum|wertstellung|wertstellungstag|wert|fecha valor
        |f valor|fecha de valor|date valeur|date de valeur|data valuta|data valor|rentedatum|valutadag|valutadato
        |rentedato|arvopaiva|data waluty|datum valuty|erteknap|valor tarihi|effective date""",
    "amount": """amount|transaction amount|amount eur|amount usd|amount gbp|net amount|gross|net|betrag|umsatz
        |betrag eur|betrag in eur|umsatz in eur|importe|importe eur|importe euros|cantidad|montant|montant eur
        |montant en euros|montant en eur|importo|importo eur|ammontare|valor|montante|valor r|bedrag|bedrag eur
        |transactiebedrag|belopp|belob|belop|maara|summa|kwota|kwota operacji|kwota transakcji|castka|objem
        |osszeg|tutar|value""",
    "debit": """debit|debits|debit amount|withdrawal|withdrawals|withdrawal amount|paid out|money out|out|payments
        |soll|lastschrift|lastschriften|belastung|ausgang|ausgaben|abgang|debito|debitos|cargo|cargos|addebito
        |addebiti|dare|uscite|debit eur|depenses|saida|saidas|debet|af|ut|ut av konto|ud|obciazenia|wydatki|borc""",
    "credit": """credit|credits|credit amount|deposit|deposits|deposit amount|paid in|money in|in|receipts|haben
        |gutschrift|gutschriften|eingang|einnahmen|zugang|credito|creditos|abono|abonos|accredito|accrediti|avere
        |entrate|credit eur|recettes|entrada|entradas|bij|inn|inn pa konto|ind|uznania|wplywy|alacak""",
    "sign": """af bij|bij af|credit debit|debit credit|credit debit indicator|debit or credit|dr cr|cr dr|d c|c d|dc
        |soll haben|s h|sh|sens|debito credito|dare avere|debet credit|d k|dk|plus minus|cdtdbtind|credit or debit""",
    "currency": """currency|currency code|ccy|curr|wahrung|waehrung|buchungswahrung|devise|moneda|divisa|moeda|munt
        |muntsoort|valuutta|waluta|mena|deviza|doviz|para birimi|account currency|transaction currency""",
    "remittance": """description|details|transaction description|transaction details|narrative|narration|memo
        |particulars|remittance information|payment reference|payment details|verwendungszweck|buchungstext|vorgang
        |verwendung|buchungsdetails|beschreibung|avisierungstext|mitteilungen|concepto|descripcion|movimiento
        |mas datos|observaciones|libelle|libelle operation|libelle complementaire|libelle simplifie|details|motif
        |informations complementaires|descrizione|descrizione operazione|causale|dettagli|descricao|historico
        |descritivo|omschrijving|mededeling|mededelingen|omschrijving 1|omschrijving 2|beskrivning|tekst|text
        |beskrivelse|forklaring|melding|viesti|selitys|tytul|opis|opis operacji|tytul operacji|popis
        |zprava pro prijemce|kozlemeny|aciklama|notes|note""",
    "reference": """reference|bank reference|transaction reference|transaction id|id|reference number|customer reference
        |end to end id|end to end reference|fitid|referenz|kundenreferenz|kundenreferenz end to end|bankreferenz
        |ende zu ende referenz|referencia|referencia 1|numero de referencia|numero operation|numero d operation
        |riferimento|referencia do banco|documento|kenmerk|referentie|transactiereferentie|volgnr|betalingskenmerk
        |referens|verifikationsnummer|kid|arkivreferanse|viite|viitenumero|arkistointitunnus|numer referencyjny
        |variabilni symbol|vs|referans|balance transaction id|source id|check number|cheque number""",
    "counterparty": """payee|payer|name|counterparty|counterparty name|merchant|merchant name|beneficiary
        |beneficiary or payer|payee name|beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger
        |begunstigter|beguenstigter|auftraggeber begunstigter|auftraggeber beguenstigter|auftraggeber empfanger
        |auftraggeber|empfanger|zahlungsempfanger|zahlungspflichtige r|zahlungsempfanger in|name zahlungsbeteiligter
        |tiers|nom|nom du tiers|beneficiaire|beneficiario|ordenante|contraparte|nombre|controparte|nome
        |beneficiario ordinante|naam|naam tegenpartij|naam omschrijving|tegenpartij|mottagare|avsandare|motpart
        |modtager|navn|mottaker|saaja|saaja maksaja|nadawca|odbiorca|nadawca odbiorca|kontrahent|dane kontrahenta
        |nazev protiuctu|partner neve|karsi taraf""",
    "counterparty_account": """counterparty account|counterparty iban|payee account|beneficiary account|kontonummer iban
        |iban zahlungsbeteiligter|gegenkonto|konto auftraggeber empfanger|iban bei zahlung aus eur konto
        |compte tiers|iban tiers|cuenta destino|cuenta beneficiario|iban controparte|conto controparte|tegenrekening
        |tegenrekening iban bban|rekening tegenpartij|motkonto|til konto|saajan tilinumero|rachunek kontrahenta
        |numer rachunku kontrahenta|protiucet|cislo protiuctu|partner szamlaszama""",
    "balance": """balance|running balance|account balance|closing balance|balance after|ledger balance|saldo|kontostand
        |saldo nach buchung|saldo in eur|saldo eur|saldo disponible|saldo contable|solde|solde eur|saldo contabile
        |saldo progressivo|saldo apos|saldo na transactie|saldo na boeking|saldo po operacji|saldo po transakcji
        |zustatek|egyenleg|bakiye|bokfort saldo""",
    "fee": """fee|fees|fee amount|charges|gebuhr|gebuhren|commission|frais|comision|commissione|taxa|kosten|avgift
        |oplata""",
    "account": """account|account number|account id|own account|auftragskonto|iban auftragskonto
        |bezeichnung auftragskonto|eigenes konto|konto|cuenta|numero de cuenta|compte
        |numero de compte|conto|numero conto|conta|numero da conta
        |rekening|rekeningnummer|iban bban|kontonummer|tilinumero|numer rachunku|cislo uctu|szamlaszam|hesap|iban""",
}
ROLE_OF: Final[Mapping[str, str]] = {
    " ".join(word.split()): role
    for role in reversed(list(_WORDS))  # of a word with two meanings the more usual stands first above
    for word in _WORDS[role].split("|")
}
# Signs of direction in a column of their own, or behind the amount.
OUTGOING: Final = frozenset(
    "d dr db debit debt s soll af debet debito dare cargo a uit out dbit - − belastung lastschrift withdrawal "
    "obciazenie".split()
)
INCOMING: Final = frozenset(
    "c cr kr credit h haben bij credito avere abono in crdt + gutschrift deposit k kredit uznanie".split()
)
MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        """jan january januar janvier janv ene enero gennaio gen janeiro januari sty
        |feb february februar fevrier fevr febrero febbraio fevereiro fev februari lut
        |mar march marz maerz mars marzo marco maart mrt mrz
        |apr april avril avr abr abril aprile kwi
        |may mai mayo maggio mag maio mei maj
        |jun june juni juin junio giugno giu junho cze
        |jul july juli juillet juil julio luglio lug julho lip
        |aug august aout ago agosto augustus sie
        |sep sept september septembre septiembre settembre set setembro wrz
        |oct october oktober okt octobre octubre ottobre ott outubro out paz
        |nov november novembre noviembre novembro lis
        |dec december dezember dez decembre dic diciembre dicembre dezembro des gru""".split("|"),
        start=1,
    )
    for name in names.split()
}
