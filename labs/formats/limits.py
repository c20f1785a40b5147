"""
How large a file may be before it is refused with a sentence.

Every limit is far above what people and laboratories send and low enough that the
worst file costs seconds and bounded memory.
"""

MEBIBYTE = 1024 * 1024

# A table that is read as a whole, in memory.
MAX_TABLE_BYTES = 32 * MEBIBYTE
MAX_TABLE_ROWS = 250_000
MAX_TABLE_VALUES = 250_000  # in all rows and columns of a wide table

# The product's own template, which is read row by row.
MAX_TEMPLATE_BYTES = 512 * MEBIBYTE
MAX_TEMPLATE_LINES = 2_000_000

MAX_COLUMNS = 500
MAX_RECORD_LENGTH = 1_000_000  # characters of one row, however many lines it spans
MAX_CELL_LENGTH = 131_072  # characters; the csv module's own limit
MAX_PREAMBLE_ROWS = 50  # rows that may stand before the header
MAX_REFUSALS = 10_000  # named one by one; the others are counted

# JSON, of which one document is read at once; a file of lines is read line by line.
MAX_JSON_BYTES = 32 * MEBIBYTE
MAX_JSON_LINES_BYTES = 512 * MEBIBYTE
MAX_JSON_DEPTH = 64
MAX_JSON_VALUES = 1_000_000
MAX_INDEXED_VALUES = 2_000_000  # of people, specimens and reports that results refer to

# HL7 v2 messages.
MAX_MESSAGE_BYTES = 32 * MEBIBYTE
MAX_SEGMENTS = 500_000
MAX_SPECIMENS = 20  # of one order
MAX_WARNINGS = 100  # about single messages; the others are counted

# XML documents, which are read as a whole; a sign is a "<" or a "=".
MAX_XML_BYTES = 32 * MEBIBYTE
MAX_XML_DEPTH = 64
MAX_XML_SIGNS = 1_000_000

# A ZIP archive, whose members are read one by one.
MAX_ARCHIVE_BYTES = 512 * MEBIBYTE
MAX_ARCHIVE_MEMBERS = 20_000
MAX_MEMBER_BYTES = 32 * MEBIBYTE
MAX_UNPACKED_BYTES = 256 * MEBIBYTE  # of all members that are read

# Characters that one field of a result may hold.
MAX_FIELD_LENGTHS = {
    "patient_id": 64,
    "patient_name": 120,
    "value": 40,
    "unit": 40,
    "loinc": 12,
    "local_code": 60,
    "test_name": 200,
    "laboratory": 120,
    "method": 120,
    "specimen": 60,
    "interval": 200,
    "laboratory_flag": 40,
    "status": 60,
    "comment": 4_000,
    "accession": 60,
    "checked_by": 4_000,
    "collected_time": 40,
}
MAX_DECIMAL_PLACES = 6
MAX_REASON_LENGTH = 300  # of a sentence that says why something is refused or held
QUOTED_LENGTH = 60  # of a cell that such a sentence repeats
