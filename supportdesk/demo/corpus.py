"""Words for generated people and their troubles. Everything here is invented; a seeded `Random` picks."""

from dataclasses import dataclass
from random import Random

from supportdesk.tickets.states import Category

FIRST_NAMES = (
    "Ada Aisha Alma Amir Anders Anja Arjun Astrid Bao Bea Bruno Carla Chen Clara Dara Dev Diego Edith Elif "
    "Emil Esra Eva Farah Felix Femi Freya Gita Greta Hana Hugo Ida Ilse Imani Ines Iris Ivan Jana Jin Jonas "
    "Juno Kai Kira Lars Leila Lena Liam Lina Luca Maja Marek Mei Mila Mina Nadia Nia Nils Noor Nora Olga Omar "
    "Paul Petra Priya Rafa Rosa Ruth Sam Sara Selma Sofia Tara Theo Tomas Uma Vera Viktor Wanda Wim Yara "
    "Yusuf Zoe"
).split()
LAST_NAMES = (
    "Abara Adler Ahmed Andersson Baker Banerjee Bauer Becker Berg Blom Bose Brandt Castro Chaves Cohen Costa "
    "Dahl Das Delgado Diaz Dubois Ekman Farouk Fischer Flores Fontana Garcia Gruber Haas Haddad Hansen Horvat "
    "Ibarra Ito Jansen Kaya Keller Khan Kim Klein Kovacs Kruger Lang Larsen Lima Lind Lopez Malik Marino "
    "Mendez Meyer Molina Moreau Moser Nakamura Novak Okafor Olsen Ortiz Park Patel Peters Popescu Quist Ramos "
    "Reyes Rossi Ruiz Sato Schmid Silva Singh Soto Tanaka Toth Vargas Vidal Wagner Weber Weiss Wolf Yilmaz "
    "Young Zhang"
).split()
BANKS = ("First River Bank", "Northgate", "Harbour Savings", "Credit Union West", "Alder & Sons", "Meridian")
GREETINGS = ("Hello,", "Hi,", "Good morning,", "Dear team,", "Hello there,", "Good evening,")
CLOSINGS = (
    "Thank you.",
    "Please help.",
    "Kind regards",
    "I wait for your answer.",
    "Thanks in advance.",
    "Best wishes",
)
DETAILS = (
    "I looked at my account twice and it still says the same.",
    "My bank could not tell me more and sent me to you.",
    "I have the confirmation mail here if you need it.",
    "This is the first time it happens in all these years.",
    "My rent is due this week, so it matters to me.",
    "I tried from my phone and from the computer.",
    "A friend had the same trouble last month.",
    "I changed nothing on my side.",
    "The app showed a green tick at first.",
    "I already wrote about it once.",
    "I am travelling and cannot call.",
    "I moved to a new address in spring.",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    category: Category
    subjects: tuple[str, ...]
    sentences: tuple[str, ...]
    weight: int


TROUBLES = (
    Trouble(
        Category.PAYMENT_FAILED,
        (
            "My payment did not go through",
            "Card refused again",
            "Payment declined at checkout",
            "Could not pay my bill",
        ),
        ("My payment was declined although there is money on the account.", "The page said that the bank refused it."),
        22,
    ),
    Trouble(
        Category.WRONG_AMOUNT,
        ("My bill went up", "Wrong amount this month", "Why is it more than last time?", "Bill higher than agreed"),
        ("The bill is higher than last month and nobody told me why.", "I agreed to another price."),
        16,
    ),
    Trouble(
        Category.MISSING_OR_DUPLICATE,
        ("Charged twice", "Two payments on the same day", "Payment missing on my account", "Double charge"),
        ("The same amount was taken two times.", "I paid, but my account says that I did not."),
        15,
    ),
    Trouble(
        Category.UNAUTHORISED,
        ("I do not know this charge", "Card used without permission", "Charge I never made"),
        ("There is a charge that I did not make.", "I never bought this and my card is in my pocket."),
        7,
    ),
    Trouble(
        Category.REFUND_LATE,
        ("Refund still not here", "Where is my refund?", "Refund promised two weeks ago"),
        ("You promised a refund and it has not come.", "My bank says that nothing is on its way."),
        12,
    ),
    Trouble(
        Category.AUTOPAY,
        ("Autopay stopped", "Autopay declined, policy lapses", "Automatic payment did not run"),
        ("Autopay did not run this month.", "I got a new card and now autopay fails."),
        10,
    ),
    Trouble(
        Category.POLICY_CHANGE,
        ("Policy changed without asking", "Rider added to my policy", "Change of address on my policy"),
        ("Something on my policy was changed.", "I asked to remove the rider, it is still there."),
        6,
    ),
    Trouble(
        Category.PROMOTION,
        ("Code not applied", "Discount is missing", "Coupon refused"),
        ("The code did not work at checkout.", "The discount is not on my bill."),
        5,
    ),
    Trouble(
        Category.PROOF_NEEDED,
        ("Proof of payment", "Receipt for my employer", "Statement for the tax office"),
        ("I need a proof of payment for my employer.", "Please send me the receipt for last year."),
        3,
    ),
    Trouble(
        Category.APP_OR_SITE,
        ("App shows the wrong bill", "Site does not load", "Cannot open my bills"),
        ("The app shows an empty page instead of my bills.", "The site turns for ever when I press pay."),
        2,
    ),
    Trouble(
        Category.OTHER,
        ("A question", "Something else", "Need help"),
        ("I have a question about my account.", "I do not know whom to ask."),
        2,
    ),
)
_WEIGHTS = tuple(trouble.weight for trouble in TROUBLES)
REPLIES = (
    "We looked into it and found the cause. You do not need to do anything now.",
    "Thank you for telling us. We asked the provider and will write again tomorrow.",
    "We corrected it. You will see the change within two working days.",
    "Could you tell us the day on which you saw it? Then we can find it faster.",
)
NOTES = (
    "Asked the provider, waits for an answer.",
    "Customer called before, see the earlier ticket.",
    "Checked with finance, nothing open on our side.",
    "Second contact about the same thing.",
)


def trouble(random: Random) -> Trouble:
    return random.choices(TROUBLES, _WEIGHTS)[0]


def full_name(random: Random) -> str:
    return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"


def complaint(random: Random, about: Trouble) -> str:
    """What a customer writes: a greeting, the trouble, one to three details, a closing."""
    details = random.sample(DETAILS, random.randint(1, 3))
    return "\n".join(
        (random.choice(GREETINGS), random.choice(about.sentences), " ".join(details), random.choice(CLOSINGS))
    )
