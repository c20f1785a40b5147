"""Short ways to write a product, a period, a log and an answer; dates are fixed."""

from datetime import date, timedelta
from decimal import Decimal

from labs.domain.health import (
    HealthAnswer,
    HealthProfile,
    HealthTopic,
    TopicAnswer,
)
from labs.domain.intakes import Intake, LoggedPeriod, Outcome
from labs.domain.schedules import Schedule, ScheduleKind, Span
from labs.domain.supplements import (
    Ingredient,
    Period,
    Product,
    Substance,
    VitaminKContent,
    parse_amount_unit,
)

TODAY = date(2026, 3, 31)
BORN_ON = date(1970, 5, 4)
FOUR_WEEKS = Span(date(2026, 3, 4), TODAY)

DAILY = Schedule(ScheduleKind.DAILY)
WEEKLY = Schedule(ScheduleKind.WEEKLY)


def holding(substance: Substance, printed: str | None = None) -> Ingredient:
    """Read "2000 IU" as it would stand on a label."""
    if printed is None:
        return Ingredient(substance, None, None)
    number, _, unit = printed.partition(" ")
    return Ingredient(substance, Decimal(number), parse_amount_unit(unit))


def labelled(
    *ingredients: Ingredient,
    name: str = "Sunday drops",
    vitamin_k: VitaminKContent = VitaminKContent.NONE,
) -> Product:
    return Product(name=name, ingredients=ingredients, vitamin_k=vitamin_k)


def recorded(
    product: Product,
    schedule: Schedule = DAILY,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
) -> Period:
    return Period(product, Decimal(1), schedule, starts_on, ends_on)


def logged(
    period: Period,
    days: list[date],
    *,
    outcome: Outcome = Outcome.TAKEN,
    servings: Decimal = Decimal(1),
) -> LoggedPeriod:
    intakes = tuple(
        Intake(day, outcome, servings, period.product.ingredients) for day in days
    )
    return LoggedPeriod(period, intakes)


def each_day(span: Span, *, step: int = 1) -> list[date]:
    return [
        span.starts_on + timedelta(days=offset) for offset in range(0, span.days, step)
    ]


def answered(
    topic: HealthTopic,
    answer: HealthAnswer = HealthAnswer.YES,
    *,
    detail: str = "",
    asked_on: date = date(2026, 3, 1),
    ended_on: date | None = None,
) -> TopicAnswer:
    return TopicAnswer(topic, answer, asked_on, detail, ended_on)


def profile(*answers: TopicAnswer) -> HealthProfile:
    """Return a profile where everything is answered no, but for these."""
    given = {answer.topic for answer in answers}
    denied = (
        answered(topic, HealthAnswer.NO) for topic in HealthTopic if topic not in given
    )
    return HealthProfile((*denied, *answers))


VITAMIN_D = holding(Substance.D3, "1000 IU")
MK7 = holding(Substance.MK7, "10 mcg")
PLAIN_D = labelled(VITAMIN_D, name="Plain D3")
D3_WITH_K2 = labelled(VITAMIN_D, MK7, name="Pair", vitamin_k=VitaminKContent.LISTED)
D_WITH_UNKNOWN_K = labelled(
    VITAMIN_D, name="Some D3", vitamin_k=VitaminKContent.UNKNOWN
)
