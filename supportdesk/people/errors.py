"""Refusals a caller may catch. Each says, in words for the person who met it, what is the matter."""


class Refused(Exception):
    sentence = "That is not possible."

    def __str__(self) -> str:
        return self.sentence


class UnknownRole(Refused):
    sentence = "There is no such role."


class NotYourself(Refused):
    sentence = "Somebody else has to do this for you."


class MayNotEnrol(Refused):
    sentence = "Show a second factor you already have first, or ask a supervisor for a new enrolment link."


class NothingToConfirm(Refused):
    sentence = "There is no enrolment to confirm. Start again."


class LastFactor(Refused):
    sentence = "This is your only second factor. Add another one before you remove it."


class InviteUsedUp(Refused):
    sentence = "This link has been used, has expired or never existed. Ask for a new one."


class AlreadyHere(Refused):
    sentence = "This person already works here."


class NotInDemo(Refused):
    sentence = "This works in demo mode only."
