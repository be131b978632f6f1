"""The kinds of report. A new kind is one module here, one folder in `templates/`, one entry below."""

from __future__ import annotations

from amem_reports.document import Portee, ReportKind

PLAN_TRAVAIL = ReportKind(
    nom="plan-de-travail",
    titre="Plan de travail",
    aide="Plan de travail d’un pays, à imprimer pour les ateliers (tous les pays si aucun n’est nommé).",
    portee=Portee.PAYS,
    module="amem_reports.reports.plan_travail",
)
CADRE_LOGIQUE = ReportKind(
    nom="cadre-logique",
    titre="Cadre logique",
    aide="Cadre logique régional, ou celui des pays nommés.",
    portee=Portee.REGION,
    module="amem_reports.reports.cadre_logique",
)
RAPPORT = ReportKind(
    nom="rapport",
    titre="Rapport d’avancement",
    aide="Rapport d’avancement au bailleur pour une période (2019-T3, 2019-S2, 2019).",
    portee=Portee.PERIODE,
    module="amem_reports.reports.rapport",
)

REPORTS = (PLAN_TRAVAIL, CADRE_LOGIQUE, RAPPORT)
