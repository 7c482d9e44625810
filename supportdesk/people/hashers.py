from django.contrib.auth.hashers import Argon2PasswordHasher


class OneCoreArgon2(Argon2PasswordHasher):
    """OWASP's first set for Argon2id: 46 MiB, one pass, one lane.

    Django's own asks for 100 MiB and eight lanes at each try: on two cores that is three quarters of a second a guess
    for us, and a way to bring the desk down by signing in badly.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
