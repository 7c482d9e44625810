import pytest

from supportdesk.people import roles
from supportdesk.people.models import User
from tests.billing.records import Records, a_customer, records_of
from tests.personas import make_staff


@pytest.fixture
def fin() -> User:
    return make_staff("fin@desk.example", roles.FINANCE)


@pytest.fixture
def second() -> User:
    return make_staff("second@desk.example", roles.FINANCE)


@pytest.fixture
def lena() -> Records:
    return records_of(a_customer())
