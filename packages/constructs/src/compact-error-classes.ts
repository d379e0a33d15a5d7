/** One error class exactly as the SDK's generator writes it; anything that differs by a character is left alone. */
const GENERATED_CLASS =
  /^export class (\w+) extends __BaseException \{\n    static shapeId = ("[^"\\\n]+");\n    name = "\1";\n    \$fault = ("client"|"server");\n((?:    \w+;\n)*)    constructor\(opts\) \{\n        super\(\{\n            name: "\1",\n            \$fault: \3,\n            \.\.\.opts,\n        \}\);\n        Object\.setPrototypeOf\(this, \1\.prototype\);\n((?:        this\.\w+ = opts\.\w+;\n)*)    \}\n\}$/gm;

/** What every such class does, written once: the same properties in the same order, the same prototypes, the same names. */
const DECLARE = `
const __declareError = (shapeId, fault, members) => {
    const name = shapeId.slice(shapeId.indexOf("#") + 1);
    const Declared = class extends __BaseException {
        static shapeId = shapeId;
        constructor(opts) {
            super({ name, $fault: fault, ...opts });
            this.name = name;
            this.$fault = fault;
            for (const member of members) this[member] = opts[member];
            Object.setPrototypeOf(this, Declared.prototype);
        }
    };
    Object.defineProperty(Declared, "name", { value: name });
    return Declared;
};
`;

const MEMBER = /^ {4}(\w+);$/gm;
const ASSIGNMENT = /^ {8}this\.(\w+) = opts\.(\w+);$/gm;

/**
 * Takes the source of a generated module of error classes of the AWS SDK, gives it with each class written as one call that
 * makes the same class from its shape id, its fault and its members.
 *
 * A client registers every error of its service, so that none can be dropped: for nine clients, 70 kB of classes that
 * differ in three texts.
 */
export const compactErrorClasses = (source: string): string => {
  const compact = source.replaceAll(
    GENERATED_CLASS,
    (found: string, ...[name, shapeId, fault, declared, assigned]: readonly string[]) => {
      const members = [...(declared ?? '').matchAll(MEMBER)].map(([, member]) => member);
      const copies = [...(assigned ?? '').matchAll(ASSIGNMENT)];
      const asDeclared =
        copies.length === members.length &&
        copies.every(([, to, from], index) => to === members[index] && from === to) &&
        shapeId?.endsWith(`#${name}"`);
      return asDeclared
        ? `export const ${name} = /*#__PURE__*/ __declareError(${shapeId}, ${fault}, ${JSON.stringify(members)});`
        : found;
    },
  );
  const afterImports = compact.lastIndexOf('\nimport ', compact.indexOf('\nexport '));
  const end = compact.indexOf('\n', afterImports + 1);
  return compact === source ? source : `${compact.slice(0, end)}${DECLARE}${compact.slice(end)}`;
};
