import { ServiceFault } from '../../core/fault.ts';
import {
  PLACEHOLDER,
  type DocumentContent,
  type DocumentStep,
  type ParameterSpec,
} from './document-content.ts';
import type { GuestStep } from './guest.ts';

/** Values by the name of the parameter. */
export type Values = Readonly<Record<string, readonly string[]>>;

/** "You must specify values for all required parameters ... You can only supply values to parameters defined in the SSM document." API_SendCommand.html */
const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameters', message);

const isOfType = ({ type }: ParameterSpec, values: readonly string[]): boolean => {
  const [first = '', ...more] = values;
  switch (type) {
    case 'StringList':
      return true;
    case 'String':
      return values.length === 1;
    case 'Boolean':
      return more.length === 0 && ['true', 'false'].includes(first.toLowerCase());
    case 'Integer':
      return more.length === 0 && /^-?\d+$/.test(first);
  }
};

/**
 * A pattern is taken to match anywhere in a value, as the agent's expressions do (UNCONFIRMED): one without anchors lets more through.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
const refusalOf = (spec: ParameterSpec, values: readonly string[]): string | undefined => {
  if (!isOfType(spec, values)) return `is no ${spec.type}`;
  const { allowedValues, allowedPattern } = spec;
  if (allowedValues !== undefined && !values.every((value) => allowedValues.includes(value)))
    return `is not among ${allowedValues.join(', ')}`;
  if (allowedPattern !== undefined && !values.every((value) => new RegExp(allowedPattern).test(value)))
    return `does not match ${allowedPattern}`;
  return undefined;
};

/**
 * The values of all parameters of a document: those of the request, else the defaults.
 *
 * @throws ServiceFault InvalidParameters
 */
export const valuesFor = ({ parameters }: DocumentContent, given: Values = {}): Values => {
  const strange = Object.keys(given).find((name) => !parameters.has(name));
  if (strange !== undefined) throw invalid(`The document has no parameter ${strange}.`);
  return Object.fromEntries(
    [...parameters].map(([name, spec]) => {
      const values = given[name] ?? spec.default;
      if (values === undefined) throw invalid(`The parameter ${name} needs a value.`);
      const refusal = given[name] === undefined ? undefined : refusalOf(spec, values);
      if (refusal !== undefined) throw invalid(`The value of parameter ${name} ${refusal}.`);
      return [name, values];
    }),
  );
};

/** How a shell reads a variable of the environment; that the agent writes it so in place of the placeholder is UNCONFIRMED. */
const reference = (action: DocumentStep['action'], name: string): string =>
  action === 'aws:runShellScript' ? `\${SSM_${name}}` : `\${env:SSM_${name}}`;

/** A step with its values put in; values are text, whatever they hold. */
const resolved = (step: DocumentStep, content: DocumentContent, values: Values): GuestStep => {
  const put = (text: string): string =>
    text.replaceAll(PLACEHOLDER, (_all, name: string) =>
      content.parameters.get(name)?.byEnvironment === true
        ? reference(step.action, name)
        : (values[name] ?? []).join('\n'),
    );
  const list =
    typeof step.runCommand === 'string' ? /^\{\{\s*([^\s}]+)\s*\}\}$/.exec(step.runCommand)?.[1] : undefined;
  const commands =
    list !== undefined && content.parameters.get(list)?.type === 'StringList'
      ? (values[list] ?? [])
      : (typeof step.runCommand === 'string' ? [step.runCommand] : step.runCommand).map(put);
  const byEnvironment = [...content.parameters].filter(([, spec]) => spec.byEnvironment);
  return {
    name: step.name,
    action: step.action,
    commands,
    environment: Object.fromEntries(byEnvironment.map(([name]) => [`SSM_${name}`, values[name]?.[0] ?? ''])),
    timeoutSeconds: timeoutOf(put(step.timeoutSeconds), step),
    ...(step.workingDirectory === undefined ? {} : { workingDirectory: put(step.workingDirectory) }),
  };
};

/** "from 1 to 172800". https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html */
const timeoutOf = (text: string, { name }: DocumentStep): number => {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 172_800) return seconds;
  throw invalid(`timeoutSeconds of step ${name} is ${text}: want 1 to 172800.`);
};

/** Every step of a document with values put in, whichever platform has it. @throws ServiceFault InvalidParameters */
export const resolveSteps = (content: DocumentContent, values: Values): readonly GuestStep[] =>
  content.steps.map((step) => resolved(step, content, values));
