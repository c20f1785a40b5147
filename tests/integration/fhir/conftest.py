"""The programs of the other addresses, for FHIR too."""

from tests.integration.api.conftest import annas_program, oseis_program, program_of

__all__ = ["annas_program", "oseis_program", "program_of"]
