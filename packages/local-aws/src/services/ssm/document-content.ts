/** A parameter of a document. */
export interface ParameterSpec {
  readonly type: 'String' | 'StringList' | 'Boolean' | 'Integer';
  /** One value, or those of a list; required when absent. */
  readonly default?: readonly string[];
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
  /** Its value goes into a variable of the environment, never into the text of a command. */
  readonly byEnvironment: boolean;
  readonly description?: string;
}

/** A platform by its name in preconditions. */
export type Platform = 'Linux' | 'MacOS' | 'Windows';

/** A step as it was written. */
export interface DocumentStep {
  readonly name: string;
  readonly action: 'aws:runShellScript' | 'aws:runPowerShellScript';
  readonly platforms: readonly Platform[];
  /** Text with placeholders, or the one placeholder of a list. */
  readonly runCommand: readonly string[] | string;
  readonly timeoutSeconds: string;
  readonly workingDirectory?: string;
}

/** A document that was read. */
export interface DocumentContent {
  readonly schemaVersion: '2.2';
  readonly description?: string;
  readonly parameters: ReadonlyMap<string, ParameterSpec>;
  readonly steps: readonly DocumentStep[];
}

type Members = Readonly<Record<string, unknown>>;

/** Which platforms have an action. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html */
const PLATFORMS = {
  'aws:runShellScript': ['Linux', 'MacOS'],
  'aws:runPowerShellScript': ['Windows', 'Linux', 'MacOS'],
} as const satisfies Readonly<Record<DocumentStep['action'], readonly Platform[]>>;

const TYPES = ['String', 'StringList', 'Boolean', 'Integer'] as const;

/** "default value is 3600 (1 hour)". Same page. */
const DEFAULT_TIMEOUT = '3600';

/** The name in a placeholder, such as `{{ name }}`. */
export const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_.:-]+)\s*\}\}/g;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads an object that has no members but those that are known. */
const membersOf = (value: unknown, where: string, known: readonly string[]): Members => {
  if (!isObject(value)) throw new Error(`${where} of the document is no object`);
  const strange = Object.keys(value).find((name) => !known.includes(name));
  if (strange === undefined) return value;
  throw new Error(
    `${where}.${strange} of the document is not implemented by the local organization; known: ${known.join(', ')}`,
  );
};

const textOf = (value: unknown, where: string): string => {
  if (typeof value === 'string') return value;
  throw new Error(`${where} of the document is ${JSON.stringify(value)}; want text`);
};

const optional = <Value>(name: string, value: Value | undefined): Record<string, Value> =>
  value === undefined ? {} : { [name]: value };

const given = (value: unknown, where: string): string | undefined =>
  value === undefined ? undefined : textOf(value, where);

/** Values as a command brings them: texts, one of them unless it is a list. */
const valuesOf = (value: unknown, where: string): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((one: unknown) => {
    if (typeof one === 'boolean' || typeof one === 'number') return String(one);
    return textOf(one, where);
  });

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html */
const parameterOf = (name: string, value: unknown): ParameterSpec => {
  const where = `parameters.${name}`;
  const known = ['type', 'description', 'default', 'allowedValues', 'allowedPattern', 'interpolationType'];
  const members = membersOf(value, where, known);
  const type = TYPES.find((one) => one === members['type']);
  if (type === undefined)
    throw new Error(`${where}.type of the document is not implemented; known: ${TYPES.join(', ')}`);
  const interpolation = given(members['interpolationType'], `${where}.interpolationType`);
  if (interpolation !== undefined && (interpolation !== 'ENV_VAR' || type !== 'String'))
    throw new Error(`${where}.interpolationType of the document: only ENV_VAR of a String is implemented`);
  const { default: fallback, allowedValues } = members;
  return {
    type,
    byEnvironment: interpolation === 'ENV_VAR',
    ...optional('description', given(members['description'], `${where}.description`)),
    ...optional('default', fallback === undefined ? undefined : valuesOf(fallback, `${where}.default`)),
    ...optional(
      'allowedValues',
      allowedValues === undefined ? undefined : valuesOf(allowedValues, `${where}.allowedValues`),
    ),
    ...optional('allowedPattern', given(members['allowedPattern'], `${where}.allowedPattern`)),
  };
};

/** `{ "StringEquals": ["platformType", "Linux"] }`. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html#documents-schema-crossplatform */
const platformOf = (value: unknown, where: string): Platform | undefined => {
  if (value === undefined) return undefined;
  const equal = membersOf(value, where, ['StringEquals'])['StringEquals'];
  const [left, right, ...more] = Array.isArray(equal) ? (equal as readonly unknown[]) : [];
  const platform = (['Linux', 'MacOS', 'Windows'] as const).find((one) => one === right);
  if (left === 'platformType' && platform !== undefined && more.length === 0) return platform;
  throw new Error(
    `${where} of the document: only StringEquals of platformType with a platform is implemented`,
  );
};

const stepOf = (value: unknown, index: number): DocumentStep => {
  const where = `mainSteps[${index}]`;
  const members = membersOf(value, where, ['action', 'name', 'precondition', 'inputs']);
  const action = (['aws:runShellScript', 'aws:runPowerShellScript'] as const).find(
    (one) => one === members['action'],
  );
  if (action === undefined)
    throw new Error(
      `${where}.action ${JSON.stringify(members['action'])} of the document is not implemented`,
    );
  const inputs = membersOf(members['inputs'], `${where}.inputs`, [
    'runCommand',
    'timeoutSeconds',
    'workingDirectory',
  ]);
  const { runCommand, timeoutSeconds } = inputs;
  const platform = platformOf(members['precondition'], `${where}.precondition`);
  return {
    name: textOf(members['name'], `${where}.name`),
    action,
    platforms: PLATFORMS[action].filter((one) => platform === undefined || one === platform),
    runCommand: Array.isArray(runCommand)
      ? runCommand.map((line: unknown) => textOf(line, `${where}.inputs.runCommand`))
      : textOf(runCommand, `${where}.inputs.runCommand`),
    timeoutSeconds: valuesOf(timeoutSeconds ?? DEFAULT_TIMEOUT, `${where}.inputs.timeoutSeconds`)[0] ?? '',
    ...optional('workingDirectory', given(inputs['workingDirectory'], `${where}.inputs.workingDirectory`)),
  };
};

/** The lines of a step in which values are put; a single placeholder of a list stands for all of them. */
const linesOf = ({ runCommand, timeoutSeconds, workingDirectory = '' }: DocumentStep): readonly string[] => [
  ...(typeof runCommand === 'string' ? [runCommand] : runCommand),
  timeoutSeconds,
  workingDirectory,
];

const checkPlaceholders = ({ parameters, steps }: DocumentContent): void => {
  for (const step of steps) {
    const whole = typeof step.runCommand === 'string' ? step.runCommand : undefined;
    for (const line of linesOf(step)) {
      for (const [, name = ''] of line.matchAll(PLACEHOLDER)) {
        const spec = parameters.get(name);
        if (spec === undefined)
          throw new Error(`step ${step.name} of the document names {{ ${name} }}: no parameter`);
        if (spec.type === 'StringList' && line !== whole)
          throw new Error(
            `step ${step.name} of the document puts the list ${name} into a text: not implemented`,
          );
      }
    }
  }
};

/**
 * Reads a document of schema 2.2 whose steps run scripts. Whatever else a document may hold is refused by name.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 *
 * @param text JSON
 * @throws Error that says what is wrong with it
 */
export const readContent = (text: string): DocumentContent => {
  const members = membersOf(JSON.parse(text), 'content', [
    'schemaVersion',
    'description',
    'parameters',
    'mainSteps',
  ]);
  if (members['schemaVersion'] !== '2.2')
    throw new Error(
      `schemaVersion ${JSON.stringify(members['schemaVersion'])} of the document is not implemented; want "2.2"`,
    );
  const { mainSteps, parameters = {} } = members;
  if (!Array.isArray(mainSteps) || mainSteps.length === 0)
    throw new Error('mainSteps of the document holds no step');
  if (!isObject(parameters)) throw new Error('parameters of the document is no object');
  const steps = mainSteps.map(stepOf);
  const twice = steps.find(({ name }, index) => steps.findIndex((one) => one.name === name) < index);
  if (twice !== undefined) throw new Error(`two steps of the document are named ${twice.name}`);
  const content: DocumentContent = {
    schemaVersion: '2.2',
    ...optional('description', given(members['description'], 'description')),
    parameters: new Map(Object.entries(parameters).map(([name, value]) => [name, parameterOf(name, value)])),
    steps,
  };
  checkPlaceholders(content);
  return content;
};

/** Platforms that have at least one step of a document. */
export const platformsOf = ({ steps }: DocumentContent): readonly Platform[] => [
  ...new Set(steps.flatMap(({ platforms }) => platforms)),
];
