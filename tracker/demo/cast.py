"""
A cast of invented patients, one for each case that is hard to get right.

Days count back from the day the demo is loaded, so that every chart ends near today.
Values are written as a report would print them.
"""

from dataclasses import dataclass, field

from labs.domain.events import EventKind
from labs.domain.health import HealthTopic
from labs.domain.measurands import Measurand
from labs.domain.schedules import ScheduleKind
from labs.domain.seasons import Hemisphere
from labs.domain.sentences import HELD_UNSPECIFIC_CODE
from labs.domain.supplements import AmountUnit, Substance, VitaminKContent

HARBOUR = ("Harbour Laboratory", "LC-MS/MS")
NORTHGATE = ("Northgate Pathology", "Immunoassay A")


@dataclass(frozen=True, slots=True)
class Sample:
    """A result of the cast, so many days ago."""

    days_ago: int
    value: str
    unit: str = "ng/mL"
    measurand: Measurand = Measurand.TOTAL
    source: tuple[str, str] = HARBOUR
    interval: str = "20-50"
    flag: str = ""
    status: str = "final"
    corrected_to: str = ""
    withdrawn_because: str = ""
    came_days_ago: int = 0
    held_because: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """A range that the cast's clinician set, so many days ago."""

    days_ago: int
    low: str | None
    high: str | None
    unit: str = "ng/mL"
    reason: str = "Agreed at the visit"
    ends_days_ago: int | None = None
    alert_high: str | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """A product and its period."""

    name: str
    ingredients: tuple[tuple[Substance, str, AmountUnit], ...]
    days_ago: int
    ends_days_ago: int | None = None
    schedule: ScheduleKind = ScheduleKind.DAILY
    vitamin_k: VitaminKContent = VitaminKContent.NONE


@dataclass(frozen=True, slots=True)
class Noted:
    """What one of the cast noted, of a day or of days."""

    kind: EventKind
    words: str
    days_ago: int
    ends_days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class Retest:
    """A test that a clinician asked for, so many days ago, for a day long past."""

    asked_days_ago: int
    due_days_ago: int


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast."""

    name: str
    email: str
    years_old: int
    shows: str
    samples: tuple[Sample, ...]
    ranges: tuple[Range, ...] = ()
    taking: tuple[Taking, ...] = ()
    has: tuple[tuple[HealthTopic, str], ...] = ()
    has_not: tuple[HealthTopic, ...] = ()
    noted: tuple[Noted, ...] = ()
    hemisphere: Hemisphere = Hemisphere.NORTH
    unit: str = "ng/mL"
    shares: bool = field(default=True)
    retest: Retest | None = None
    tags: tuple[str, ...] = ()
    range_elsewhere: Range | None = None  # of a second clinic that sees the record


D3_1000 = ((Substance.D3, "1000", AmountUnit.IU),)
D3_2000 = ((Substance.D3, "2000", AmountUnit.IU),)
D2_50000 = ((Substance.D2, "50000", AmountUnit.IU),)
D3_AND_K2 = (
    (Substance.D3, "25", AmountUnit.UG),
    (Substance.MK7, "75", AmountUnit.UG),
)
ROUTINE_LOW, ROUTINE_HIGH = "20", "50"
ROUTINE = Range(
    1500, ROUTINE_LOW, ROUTINE_HIGH, reason="Range of the clinic's protocol"
)

CAST = (
    Person(
        "Anna Brandt",
        "anna@demo.example",
        48,
        "unit switch, changed target, supplement",
        (
            Sample(1650, "<10", source=NORTHGATE, interval="30-100", flag="L"),
            Sample(1480, "17.6", flag="L"),
            Sample(1330, "19.4", flag="L"),
            Sample(1180, "16.2", flag="L"),
            Sample(1010, "21.8"),
            Sample(830, "27.5"),
            Sample(640, "30.0"),
            Sample(470, "71", "nmol/L", interval="50-125"),
            Sample(300, "84", "nmol/L", interval="50-125"),
            Sample(160, "79", "nmol/L", interval="50-125"),
            Sample(24, "68", "nmol/L", interval="50-125"),
        ),
        (
            Range(1500, "20", "50", reason="Range of the clinic's protocol"),
            Range(700, "75", "110", "nmol/L", reason="Agreed after the fracture"),
        ),
        (Taking("Sunny D3 drops", D3_1000, 1100, 520), Taking("D3 2000", D3_2000, 519)),
        noted=(
            Noted(EventKind.SUNNY_HOLIDAY, "two weeks in Crete", 700, 686),
            Noted(EventKind.ILLNESS, "flu", 350, 341),
        ),
    ),
    Person(
        "Marek Novak",
        "marek@demo.example",
        61,
        "laboratory and method switch",
        (
            Sample(1200, "24.1"),
            Sample(980, "26.3"),
            Sample(760, "25.2"),
            Sample(560, "33.8", source=NORTHGATE, interval="30-100"),
            Sample(330, "35.1", source=NORTHGATE, interval="30-100"),
            Sample(90, "32.4", source=NORTHGATE, interval="30-100"),
        ),
        (ROUTINE,),
    ),
    Person(
        "Greta Lind",
        "greta@demo.example",
        72,
        "less than 4",
        (
            Sample(400, "<4", flag="LL"),
            Sample(310, "9.8", flag="L"),
            Sample(200, "18.7", flag="L"),
            Sample(70, "26.0"),
        ),
        (ROUTINE,),
        (
            Taking(
                "Ergocalciferol 50,000",
                D2_50000,
                395,
                310,
                schedule=ScheduleKind.WEEKLY,
            ),
        ),
    ),
    Person(
        "Yusuf Kaya",
        "yusuf@demo.example",
        55,
        "D2 and D3 fractions",
        (
            Sample(420, "21", measurand=Measurand.D3),
            Sample(420, "<4", measurand=Measurand.D2),
            Sample(420, "21"),
            Sample(120, "8", measurand=Measurand.D3),
            Sample(120, "25", measurand=Measurand.D2),
            Sample(120, "33"),
        ),
        (ROUTINE,),
        (
            Taking(
                "Ergocalciferol 50,000",
                D2_50000,
                240,
                schedule=ScheduleKind.WEEKLY,
            ),
        ),
    ),
    Person(
        "Leila Haddad",
        "leila@demo.example",
        33,
        "a pregnancy target that ends",
        (
            Sample(700, "24.0"),
            Sample(420, "27.1"),
            Sample(300, "33.5"),
            Sample(60, "28.2"),
        ),
        (
            Range(800, "20", "50", reason="Range of the clinic's protocol"),
            Range(460, "30", "50", reason="Pregnancy", ends_days_ago=180),
        ),
        (Taking("Prenatal D3", D3_1000, 455, 180),),
        ((HealthTopic.BREASTFEEDING, ""),),
    ),
    Person(
        "Hugo Marsh",
        "hugo@demo.example",
        68,
        "vitamin D3 with K2, and warfarin",
        (Sample(380, "22.4"), Sample(190, "25.0"), Sample(20, "31.6")),
        (ROUTINE,),
        (
            Taking(
                "Sunny D3 + K2",
                D3_AND_K2,
                35,
                vitamin_k=VitaminKContent.LISTED,
            ),
        ),
        ((HealthTopic.VITAMIN_K_ANTAGONIST, "warfarin"),),
    ),
    Person(
        "Ida Storm",
        "ida@demo.example",
        59,
        "high calcium",
        (
            Sample(250, "41.0"),
            Sample(250, "9.8", "mg/dL", Measurand.CALCIUM, interval="8.6-10.2"),
            Sample(12, "48.3"),
            Sample(
                12,
                "11.4",
                "mg/dL",
                Measurand.CALCIUM,
                interval="8.6-10.2",
                flag="H",
            ),
        ),
        (ROUTINE,),
        (Taking("D3 2000", D3_2000, 600),),
    ),
    Person(
        "Tariq Iqbal",
        "tariq@demo.example",
        44,
        "sarcoidosis",
        (Sample(500, "14.2", flag="L"), Sample(140, "16.9", flag="L")),
        (Range(520, "20", "40", reason="Agreed with the chest clinic"),),
        has=((HealthTopic.SARCOIDOSIS, ""),),
    ),
    Person(
        "Petra Dorn",
        "petra@demo.example",
        39,
        "a corrected result",
        (
            Sample(300, "29.0"),
            Sample(14, "82", flag="H", corrected_to="28"),
        ),
        (ROUTINE,),
    ),
    Person(
        "Nils Eklund",
        "nils@demo.example",
        50,
        "entered in error",
        (
            Sample(350, "23.7"),
            Sample(100, "64", withdrawn_because="The result of another person"),
            Sample(40, "27.9"),
        ),
        (ROUTINE,),
    ),
    Person(
        "Kofi Danso",
        "kofi@demo.example",
        46,
        "southern hemisphere",
        (
            Sample(800, "62", "nmol/L", interval="50-150"),
            Sample(610, "44", "nmol/L", interval="50-150", flag="L"),
            Sample(430, "67", "nmol/L", interval="50-150"),
            Sample(250, "46", "nmol/L", interval="50-150", flag="L"),
            Sample(60, "58", "nmol/L", interval="50-150"),
        ),
        (Range(900, "50", "125", "nmol/L", reason="Range of the clinic's protocol"),),
        hemisphere=Hemisphere.SOUTH,
        unit="nmol/L",
    ),
    Person(
        "Mina Sato",
        "mina@demo.example",
        27,
        "no target set",
        (Sample(210, "19.0", interval="30-100", flag="L"), Sample(30, "24.5")),
        hemisphere=Hemisphere.NORTH,
    ),
    Person(
        "Olga Winther",
        "olga@demo.example",
        63,
        "beyond the alert limit",
        (Sample(280, "72.0", flag="H"), Sample(6, "155", flag="HH")),
        (Range(320, "30", "60", alert_high="100", reason="After the hip operation"),),
        (Taking("D3 5000", ((Substance.D3, "5000", AmountUnit.IU),), 330),),
        tags=("hip operation",),
    ),
    Person(
        "Samir Lang",
        "samir@demo.example",
        53,
        "above the range, with calcium inside the laboratory's interval",
        (
            Sample(200, "44.0"),
            Sample(8, "57.5", flag="H"),
            Sample(8, "9.4", "mg/dL", Measurand.CALCIUM, interval="8.6-10.2"),
        ),
        (ROUTINE,),
    ),
    Person(
        "Elif Aydin",
        "elif@demo.example",
        57,
        "a test that is overdue",
        (Sample(500, "18.3", flag="L"), Sample(230, "22.6")),
        (ROUTINE,),
        retest=Retest(200, 45),
    ),
    Person(
        "Jonas Falk",
        "jonas@demo.example",
        36,
        "a result that waits for a clinician's word",
        (
            Sample(410, "25.1"),
            Sample(9, "27.4", held_because=HELD_UNSPECIFIC_CODE),
        ),
        (ROUTINE,),
    ),
    Person(
        "Nadia Khalil",
        "nadia@demo.example",
        41,
        "a result that has waited long",
        (Sample(300, "26.9"), Sample(22, "23.8", came_days_ago=16)),
        (ROUTINE,),
    ),
    Person(
        "Omar Reed",
        "omar@demo.example",
        66,
        "a range that another clinic changed",
        (Sample(260, "28.8"), Sample(90, "33.0")),
        (ROUTINE,),
        range_elsewhere=Range(5, "30", "60", reason="Agreed with the bone clinic"),
    ),
    Person(
        "Rosa Silva",
        "rosa@demo.example",
        31,
        "no clinic can see this record",
        (Sample(45, "71", "nmol/L", interval="50-125"),),
        hemisphere=Hemisphere.TROPICS,
        unit="nmol/L",
        shares=False,
    ),
)
