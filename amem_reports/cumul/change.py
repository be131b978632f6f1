"""Money in several currencies, brought to euros by the dated rates of the catalogue (`taux.yaml`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from amem_reports import french
from amem_reports.cumul.base import rounded
from amem_reports.model import Devise, Montant, Taux

REGLE = (
    "chaque montant est converti au taux en vigueur à la fin de son trimestre, puis arrondi au centime ; "
    "un montant dont le taux manque n’est pas compté et figure parmi les manquants"
)


def rate(taux: Iterable[Taux], devise: Devise, jour: date) -> Taux | None:
    """The rate in force on a day: the last one of the currency whose first day has come; None when none has."""
    return max((one for one in taux if one.devise is devise and one.date.debut <= jour), key=lambda one: one.date.debut, default=None)


def convert(montant: Montant, taux: Iterable[Taux], jour: date) -> tuple[Decimal | None, Taux | None]:
    """An amount in euros, to the cent, and the rate used; euros need none; (None, None) when the rate is missing."""
    if montant.devise is Devise.EUR:
        return montant.montant, None
    used = rate(taux, montant.devise, jour)
    return (rounded(montant.montant / used.pour_un_euro, 2), used) if used else (None, None)


def written(montant: Montant, euros: Decimal | None) -> str:
    """An amount in its own currency, « 8 000 MAD », and that its rate is missing when it gives no euros."""
    text = french.montant(montant.montant, montant.devise.value)
    return text if euros is not None else f"taux {montant.devise} manquant : {text}"


def currencies(montants: Iterable[Montant | None]) -> Iterator[Devise]:
    """The currencies that some amount is in, in the order of the model."""
    used = {montant.devise for montant in montants if montant}
    return (devise for devise in Devise if devise in used)
