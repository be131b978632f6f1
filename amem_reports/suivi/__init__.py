"""The follow-up that countries send: the store, and the way in and out of it through a workbook."""
