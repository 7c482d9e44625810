"""What finance sees of uploaded files and the statements in them."""

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from billing.models import BankAccount, Statement, StatementFile, StatementLine, StatementRemark
from billing.text.moments import moment_of

PAGE_SIZE: Final = 25
LINES_SHOWN: Final = 25
REMARKS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class FilesPage:
    files: list[StatementFile]
    older: str  # the key of the next page, empty on the last


@dataclass(frozen=True, slots=True)
class FileDetails:
    statements: list[Statement]
    rejections: list[StatementRemark]
    warnings: list[StatementRemark]
    lines: list[StatementLine]

    @property
    def more_lines(self) -> bool:
        return len(self.lines) == LINES_SHOWN


def files_page(*, before: str) -> FilesPage:
    files = StatementFile.objects.select_related("uploaded_by").order_by("-uploaded_at", "-id")
    moment = moment_of(before)
    if moment is not None:
        files = files.filter(uploaded_at__lt=moment)
    found = list(files[: PAGE_SIZE + 1])
    older = found[PAGE_SIZE - 1].uploaded_at.isoformat() if len(found) > PAGE_SIZE else ""
    return FilesPage(found[:PAGE_SIZE], older)


def details_of(file: StatementFile) -> FileDetails:
    remarks = list(file.remarks.order_by("line_number", "id")[:REMARKS_SHOWN])
    return FileDetails(
        statements=list(file.statements.select_related("account").order_by("id")[:REMARKS_SHOWN]),
        rejections=[remark for remark in remarks if remark.rejected],
        warnings=[remark for remark in remarks if not remark.rejected],
        lines=list(
            StatementLine.objects.filter(statement__file=file).order_by("statement_id", "line_number")[:LINES_SHOWN]
        ),
    )


def accounts() -> QuerySet[BankAccount]:
    return BankAccount.objects.order_by("name", "id")
