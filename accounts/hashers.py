"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2Hasher(Argon2PasswordHasher):
    """
    Argon2id with 46 MiB and one pass, the first choice of OWASP's cheat sheet.

    Django's own 100 MiB and eight lanes cost four times as long here, and eight
    sign-ins at once would need 800 MiB.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
