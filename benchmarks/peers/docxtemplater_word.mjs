// docxtemplater with PizZip, as its documentation uses it; the template's tags are its own ({#activites}…{/activites}).
import { readFileSync, writeFileSync } from "node:fs";
import PizZip from "pizzip";
import Docxtemplater from "docxtemplater";

const [template, data, target] = process.argv.slice(2);
const document = new Docxtemplater(new PizZip(readFileSync(template, "binary")), { paragraphLoop: true, linebreaks: true });
document.render(JSON.parse(readFileSync(data, "utf8")));
writeFileSync(target, document.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" }));
