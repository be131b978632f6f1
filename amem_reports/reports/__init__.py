"""The kinds of report. A new kind is one module here, one folder in `templates/`, one entry below."""

from __future__ import annotations

from amem_reports.document import Portee, ReportKind

PLAN_TRAVAIL = ReportKind(
    nom="plan-de-travail",
    titre="Plan de travail",
    aide="""Plans de travail, à imprimer pour les ateliers.

    PAYS est un nom ou un code (maroc, MA) ; sans PAYS, un plan pour chaque pays et un plan sous-régional.
    """,
    portee=Portee.PAYS,
    module="amem_reports.reports.plan_travail",
)
CADRE_LOGIQUE = ReportKind(
    nom="cadre-logique",
    titre="Cadre logique",
    aide="Cadre logique régional, ou des pays nommés.\n\nPAYS est un nom ou un code (maroc, MA).",
    portee=Portee.REGION,
    module="amem_reports.reports.cadre_logique",
)
RAPPORT = ReportKind(
    nom="rapport",
    titre="Rapport d’avancement",
    aide="Rapport d’avancement au bailleur.\n\nPERIODE est un trimestre (2019-T3), un semestre (2019-S2), une année (2019) ou « projet ».",
    portee=Portee.PERIODE,
    module="amem_reports.reports.rapport",
)
SAISIE = ReportKind(
    nom="saisie",
    titre="Classeur de saisie",
    aide="""Classeurs Excel à remplir par les équipes des pays.

    PERIODE est un trimestre (2019-T2), PAYS un nom ou un code (maroc, MA) ; sans PAYS, un classeur pour chaque pays et un sous-régional.
    """,
    portee=Portee.PAYS,
    module="amem_reports.reports.saisie",
)
BORDEREAU = ReportKind(
    nom="bordereau",
    titre="Bordereau d’envoi",
    aide="Bordereau des documents d’une période.",
    portee=Portee.PERIODE,
    module="amem_reports.reports.bordereau",
)

COMPARAISON = ReportKind(
    nom="comparaison",
    titre="Comparaison",
    aide="Ce qui a changé entre deux périodes ou deux catalogues.",
    portee=Portee.PERIODE,
    module="amem_reports.reports.comparaison",
)

REPORTS = (PLAN_TRAVAIL, CADRE_LOGIQUE, RAPPORT)
"""What « amem produire » makes, with a slip, and what has a command of its own."""
KINDS = (*REPORTS, SAISIE, COMPARAISON, BORDEREAU)
"""All that has templates."""
