// Lint of the page's scripts: no string that isn't known beforehand may be a key of a plain object.
// A system, a slice or a metadata column may be called "__proto__" or "constructor"; such strings
// belong in a Map or in pairs. Prints each place that breaks the rule, and ends with 1 if there is one.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "../../../node_modules/typescript/lib/typescript.js";

const given = process.argv[2];
const folder = given ?? fileURLToPath(new URL("../../../../mtqe/report/page/assets/", import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".js"))
  .map((name) => `${folder}/${name}`);
const program = ts.createProgram(files, {
  allowJs: true,
  checkJs: true,
  noEmit: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
});
const checker = program.getTypeChecker();

/** Whether an expression is some string, rather than one of a few that the scripts name. */
function isAnyString(expression) {
  const type = checker.getTypeAtLocation(expression);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => (part.flags & (ts.TypeFlags.String | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0);
}

/** Why a node breaks the rule; undefined if it doesn't. */
function fault(node) {
  if (ts.isElementAccessExpression(node) && isAnyString(node.argumentExpression)) return "is a key of an object";
  if (ts.isComputedPropertyName(node) && isAnyString(node.expression)) return "names a property";
  const looksUp = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword;
  return looksUp && isAnyString(node.left) ? "is looked up with `in`" : undefined;
}

let faults = 0;
for (const file of program.getSourceFiles().filter(({ fileName }) => files.includes(fileName))) {
  const visit = (node) => {
    const why = fault(node);
    if (why) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      console.log(`${file.fileName}:${line + 1}: ${node.getText()}: a string that isn't known beforehand ${why}`);
      faults += 1;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}
process.exitCode = faults ? 1 : 0;
