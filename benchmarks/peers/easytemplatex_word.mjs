// easy-template-x, as its documentation uses it; the same tags as docxtemplater.
import { readFileSync, writeFileSync } from "node:fs";
import { TemplateHandler } from "easy-template-x";

const [template, data, target] = process.argv.slice(2);
const document = await new TemplateHandler().process(readFileSync(template), JSON.parse(readFileSync(data, "utf8")));
writeFileSync(target, document);
