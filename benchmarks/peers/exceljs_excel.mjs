// ExcelJS's streaming writer: no template, styles set by hand.
import { readFileSync } from "node:fs";
import ExcelJS from "exceljs";

const [, data, target] = process.argv.slice(2);
const columns = ["numero", "intitule", "responsable", "debut", "budget", "statut"];
const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: target, useStyles: true });
const sheet = book.addWorksheet("Activités");
sheet.addRow(columns).commit();
for (const row of JSON.parse(readFileSync(data, "utf8")).activites) sheet.addRow(columns.map((name) => row[name])).commit();
await book.commit();
