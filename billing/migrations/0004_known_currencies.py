"""Amounts name a currency that exists: one function, a constraint on every column."""

from django.db import migrations

# As ISO 4217 stood when this was written. A change of the list is a new migration that replaces the function;
# tests/billing/test_constraints.py compares it with billing.currencies.
CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF "
    "KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR "
    "MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK "
    "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU "
    "UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
TABLES = ("agreement", "invoice", "payment", "refund", "ledgeraccount", "ledgerentry")

CREATE = f"""
CREATE FUNCTION redress_currency_known(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN code = ANY (string_to_array('{CODES}', ' '))
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_append_only")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION redress_currency_known(text)"),
        *(
            migrations.RunSQL(
                f"ALTER TABLE billing_{table} ADD CONSTRAINT {table}_currency_known"
                " CHECK (redress_currency_known(currency))",
                f"ALTER TABLE billing_{table} DROP CONSTRAINT {table}_currency_known",
            )
            for table in TABLES
        ),
    ]
