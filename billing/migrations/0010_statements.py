import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import billing.audit.fields
import billing.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0009_name_the_histories"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bank", "Bank account"),
                            ("card", "Card account"),
                            ("provider", "Balance at the provider"),
                        ],
                        default="bank",
                        max_length=20,
                    ),
                ),
                ("bank", models.CharField(blank=True, default="", max_length=100)),
                ("number", models.CharField(max_length=64)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("number", "currency"), name="bank_account_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="bank_account_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["bank", "card", "provider"])), name="bank_account_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="bank_account_currency_letters"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CsvMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("header_sha256", models.CharField(max_length=64, unique=True)),
                ("rules", models.JSONField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="billing.bankaccount",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatementFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filename", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size_bytes", models.BigIntegerField()),
                (
                    "format",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("camt", "ISO 20022 camt.052, 053 or 054"),
                            ("mt940", "SWIFT MT940"),
                            ("ofx", "OFX or QFX"),
                            ("bai2", "BAI2"),
                            ("nacha", "NACHA (ACH)"),
                            ("csv", "CSV"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waits", "Waits to be read"),
                            ("needs_mapping", "Needs its columns named"),
                            ("reading", "Being read"),
                            ("imported", "Imported"),
                            ("refused", "Refused"),
                        ],
                        default="waits",
                        max_length=20,
                    ),
                ),
                ("status_reason", models.CharField(blank=True, default="", max_length=300)),
                ("lines_read", models.PositiveIntegerField(default=0)),
                ("lines_imported", models.PositiveIntegerField(default=0)),
                ("lines_known", models.PositiveIntegerField(default=0)),
                ("lines_rejected", models.PositiveIntegerField(default=0)),
                ("uploaded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mapping",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="billing.csvmapping",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-uploaded_at"], name="statement_file_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waits", "needs_mapping", "reading", "imported", "refused"])
                        ),
                        name="statement_file_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("format", ""),
                            ("format__in", ["camt", "mt940", "ofx", "bai2", "nacha", "csv"]),
                            _connector="OR",
                        ),
                        name="statement_file_format_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(blank=True, default="", max_length=100)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("from_on", models.DateField(blank=True, null=True)),
                ("to_on", models.DateField(blank=True, null=True)),
                ("opening_minor", billing.models.fields.MinorField(blank=True, null=True)),
                ("closing_minor", billing.models.fields.MinorField(blank=True, null=True)),
                ("balances", models.BooleanField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="billing.bankaccount"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="billing.statementfile",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "-to_on"], name="statement_of_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="statement_currency_letters"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementFileHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "pgh_xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("filename", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.BigIntegerField()),
                (
                    "format",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("camt", "ISO 20022 camt.052, 053 or 054"),
                            ("mt940", "SWIFT MT940"),
                            ("ofx", "OFX or QFX"),
                            ("bai2", "BAI2"),
                            ("nacha", "NACHA (ACH)"),
                            ("csv", "CSV"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waits", "Waits to be read"),
                            ("needs_mapping", "Needs its columns named"),
                            ("reading", "Being read"),
                            ("imported", "Imported"),
                            ("refused", "Refused"),
                        ],
                        default="waits",
                        max_length=20,
                    ),
                ),
                ("status_reason", models.CharField(blank=True, default="", max_length=300)),
                ("lines_read", models.PositiveIntegerField(default=0)),
                ("lines_imported", models.PositiveIntegerField(default=0)),
                ("lines_known", models.PositiveIntegerField(default=0)),
                ("lines_rejected", models.PositiveIntegerField(default=0)),
                ("uploaded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mapping",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.csvmapping",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="billing.statementfile",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "history of statement files",
                "verbose_name_plural": "history of statement files",
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_sta_pgh_xid_326317_idx")],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_number", models.PositiveIntegerField()),
                ("booked_on", models.DateField()),
                ("value_on", models.DateField(blank=True, null=True)),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("transfer", "Transfer"),
                            ("direct_debit", "Direct debit"),
                            ("card", "Card"),
                            ("payout", "Payout of a provider"),
                            ("return", "Returned"),
                            ("chargeback", "Chargeback"),
                            ("fee", "Fee"),
                            ("interest", "Interest"),
                            ("change_notice", "Notice of change"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=20,
                    ),
                ),
                ("pending", models.BooleanField(default=False)),
                ("bank_reference", models.CharField(blank=True, default="", max_length=140)),
                ("end_to_end_id", models.CharField(blank=True, default="", max_length=140)),
                ("structured_reference", models.CharField(blank=True, default="", max_length=140)),
                ("remittance", models.CharField(blank=True, default="", max_length=1000)),
                ("counterparty", models.CharField(blank=True, default="", max_length=200)),
                ("counterparty_last4", models.CharField(blank=True, default="", max_length=4)),
                ("return_code", models.CharField(blank=True, default="", max_length=10)),
                ("returned_reference", models.CharField(blank=True, default="", max_length=140)),
                ("original_minor", billing.models.fields.MinorField(blank=True, null=True)),
                ("original_currency", models.CharField(blank=True, default="", max_length=3)),
                ("fee_minor", billing.models.fields.MinorField(default=0)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "matching",
                    models.CharField(
                        choices=[
                            ("open", "Unmatched"),
                            ("proposed", "Proposed"),
                            ("matched", "Matched"),
                            ("written_off", "Written off"),
                            ("set_aside", "Not about a customer"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="billing.bankaccount"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="billing.statement"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["statement", "line_number"], name="statement_line_in_order"),
                    models.Index(
                        models.F("account"),
                        models.OrderBy(models.F("booked_on"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("matching__in", ["open", "proposed"])),
                        name="statement_line_unmatched",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "fingerprint"), name="statement_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "transfer",
                                    "direct_debit",
                                    "card",
                                    "payout",
                                    "return",
                                    "chargeback",
                                    "fee",
                                    "interest",
                                    "change_notice",
                                    "other",
                                ],
                            )
                        ),
                        name="statement_line_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("matching__in", ["open", "proposed", "matched", "written_off", "set_aside"])
                        ),
                        name="statement_line_matching_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fee_minor__gte", 0)), name="statement_line_fee_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counterparty_last4", ""),
                            ("counterparty_last4__regex", "^[0-9A-Z]{1,4}$"),
                            _connector="OR",
                        ),
                        name="statement_line_last4_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="statement_line_currency_letters"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementRemark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_number", models.PositiveIntegerField(blank=True, null=True)),
                ("rejected", models.BooleanField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="remarks", to="billing.statementfile"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["file", "line_number"], name="statement_remark_of_file")],
            },
        ),
        migrations.CreateModel(
            name="BankAccountHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "pgh_xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bank", "Bank account"),
                            ("card", "Card account"),
                            ("provider", "Balance at the provider"),
                        ],
                        default="bank",
                        max_length=20,
                    ),
                ),
                ("bank", models.CharField(blank=True, default="", max_length=100)),
                ("number", models.CharField(max_length=64)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="billing.bankaccount",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of bank accounts",
                "verbose_name_plural": "history of bank accounts",
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_ban_pgh_xid_23af6b_idx")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankaccount",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_bankaccounthistory" ("bank", "currency", "id", "kind", "name", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."bank", NEW."currency", NEW."id", NEW."kind", NEW."name", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="36fd5e46fa6f6f41a7a3f351998ce9ca0b3ed6d4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6ce36",
                    table="billing_bankaccount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankaccount",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_bankaccounthistory" ("bank", "currency", "id", "kind", "name", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."bank", NEW."currency", NEW."id", NEW."kind", NEW."name", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="4235e471840ff38a6b6801bf8f6deba0765a1c0b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2783e",
                    table="billing_bankaccount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankaccount",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_bankaccounthistory" ("bank", "currency", "id", "kind", "name", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."bank", OLD."currency", OLD."id", OLD."kind", OLD."name", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="42552c293da92b3c0b907bc55592fc1f7c9e394b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_487a1",
                    table="billing_bankaccount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementfile",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_statementfilehistory" ("filename", "finished_at", "format", "id", "lines_imported", "lines_known", "lines_read", "lines_rejected", "mapping_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size_bytes", "status", "status_reason", "uploaded_at", "uploaded_by_id") VALUES (NEW."filename", NEW."finished_at", NEW."format", NEW."id", NEW."lines_imported", NEW."lines_known", NEW."lines_read", NEW."lines_rejected", NEW."mapping_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."sha256", NEW."size_bytes", NEW."status", NEW."status_reason", NEW."uploaded_at", NEW."uploaded_by_id"); RETURN NULL;',
                    hash="621ecd915fad113a5c9a78a63e4bef600b8ee0e3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_be1eb",
                    table="billing_statementfile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementfile",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_statementfilehistory" ("filename", "finished_at", "format", "id", "lines_imported", "lines_known", "lines_read", "lines_rejected", "mapping_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size_bytes", "status", "status_reason", "uploaded_at", "uploaded_by_id") VALUES (NEW."filename", NEW."finished_at", NEW."format", NEW."id", NEW."lines_imported", NEW."lines_known", NEW."lines_read", NEW."lines_rejected", NEW."mapping_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."sha256", NEW."size_bytes", NEW."status", NEW."status_reason", NEW."uploaded_at", NEW."uploaded_by_id"); RETURN NULL;',
                    hash="5914f05d5c119e2f51fd4887dcd7fac46ef30c16",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_da688",
                    table="billing_statementfile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statementfile",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_statementfilehistory" ("filename", "finished_at", "format", "id", "lines_imported", "lines_known", "lines_read", "lines_rejected", "mapping_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size_bytes", "status", "status_reason", "uploaded_at", "uploaded_by_id") VALUES (OLD."filename", OLD."finished_at", OLD."format", OLD."id", OLD."lines_imported", OLD."lines_known", OLD."lines_read", OLD."lines_rejected", OLD."mapping_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."sha256", OLD."size_bytes", OLD."status", OLD."status_reason", OLD."uploaded_at", OLD."uploaded_by_id"); RETURN NULL;',
                    hash="d8b179af4367ff506dc21c4868a974acc214ee8a",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_10a2b",
                    table="billing_statementfile",
                    when="AFTER",
                ),
            ),
        ),
    ]
