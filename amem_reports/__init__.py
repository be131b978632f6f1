"""amem-reports: from one catalogue of activities to work plans, logframes and donor reports in Word and Excel."""

__version__ = "0.1.0"
