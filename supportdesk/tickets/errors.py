"""The few refusals a caller may catch. Each carries a sentence fit for the person who ran into it."""


class Refused(Exception):
    """Nothing was changed; ``str()`` says why."""


class StepRefused(Refused):
    """The ticket's status does not allow this step."""


class ChangedMeanwhile(Refused):
    """Somebody wrote on the ticket after this page was drawn. What was typed is kept."""


class CardNumberRefused(Refused):
    """Staff may not write card numbers down."""


class AlreadyTaken(Refused):
    """A colleague was first."""


class NotOfThisTicket(Refused):
    """The record belongs to somebody else, or does not exist."""


class SecondUseOfKey(Refused):
    """The form's key was used before, with other words."""
