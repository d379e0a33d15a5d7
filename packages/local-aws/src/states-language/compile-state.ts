import { compileMap } from './compile-map.ts';
import { compileOutcome } from './compile-outcome.ts';
import { compileNext, compileRecovering } from './compile-recovery.ts';
import { DefinitionFields, describe } from './definition-fields.ts';
import { compileExpression, isExpression } from './expression.ts';
import { parseTimestamp } from './timestamp.ts';
import type {
  ChoiceRule,
  ChoiceState,
  FailState,
  Flow,
  ParallelState,
  State,
  TaskState,
  WaitState,
} from './state-machine.ts';

/** Compiles a nested flow: given by the caller, since flows hold states and states hold flows. */
export type CompileFlow = (fields: DefinitionFields, owner: string) => Flow;

const BEFORE = ['input', 'context'] as const;
const AFTER = ['input', 'result', 'context'] as const;
const MOST_SECONDS = 99_999_999;
const TOKEN_SUFFIX = '.waitForTaskToken';

/**
 * Compiles one state. Throws a DefinitionError that names the state and the field for everything outside the subset.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html
 */
export function compileState(name: string, definition: unknown, compileFlow: CompileFlow): State {
  const fields = new DefinitionFields(definition, { state: name, field: '' });
  const type = fields.requiredText('Type');
  fields.text('Comment');
  const language = fields.text('QueryLanguage') ?? 'JSONata';
  if (language !== 'JSONata')
    throw fields.wrong('QueryLanguage', `got ${describe(language)}, only JSONata is implemented`);
  const state = compileByType(name, type, { fields, compileFlow });
  fields.refuseOthers();
  return state;
}

/** The fields of a state that holds flows. */
export type Source = { readonly fields: DefinitionFields; readonly compileFlow: CompileFlow };

function compileByType(name: string, type: string, source: Source): State {
  const { fields } = source;
  switch (type) {
    case 'Task':
      return compileTask(name, fields);
    case 'Parallel':
      return compileParallel(name, source);
    case 'Map':
      return compileMap(name, source);
    case 'Choice':
      return compileChoice(name, fields);
    case 'Wait':
      return compileWait(name, fields);
    case 'Pass':
      return { type, name, next: compileNext(fields), outcome: compileOutcome(fields, BEFORE) };
    case 'Succeed':
      return { type, name, outcome: { output: fields.template('Output', BEFORE), assign: [] } };
    case 'Fail':
      return compileFail(name, fields);
    default:
      throw fields.wrong('Type', `${describe(type)} is not a state type that is implemented here`);
  }
}

function compileTask(name: string, fields: DefinitionFields): TaskState {
  const resource = fields.requiredText('Resource');
  if (!resource.startsWith('arn:'))
    throw fields.wrong('Resource', `got ${describe(resource)}, a constant ARN is needed`);
  if (/\.sync(:2)?$/.test(resource) || resource.includes(':activity:')) {
    throw fields.wrong(
      'Resource',
      `${resource}: .sync and activities are not implemented; use request-response or ${TOKEN_SUFFIX}`,
    );
  }
  const waitsForToken = resource.endsWith(TOKEN_SUFFIX);
  const bounds = { least: 1, most: MOST_SECONDS };
  const timeoutSeconds = fields.integer('TimeoutSeconds', bounds, BEFORE);
  const heartbeatSeconds = fields.integer('HeartbeatSeconds', bounds, BEFORE);
  if (heartbeatSeconds && !waitsForToken)
    throw fields.wrong('HeartbeatSeconds', `needs a resource that ends in ${TOKEN_SUFFIX}`);
  return {
    type: 'Task',
    name,
    resource,
    waitsForToken,
    timeoutSeconds,
    heartbeatSeconds,
    arguments: fields.template('Arguments', BEFORE),
    roleArn: compileRole(fields),
    outcome: compileOutcome(fields, AFTER),
    ...compileRecovering(fields),
  };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html */
function compileRole(fields: DefinitionFields): TaskState['roleArn'] {
  const credentials = fields.take('Credentials');
  if (credentials === undefined) return undefined;
  const inside = new DefinitionFields(credentials, fields.place('Credentials'));
  inside.requiredText('RoleArn');
  const role = inside.template('RoleArn', BEFORE);
  inside.refuseOthers();
  return role;
}

function compileParallel(name: string, { fields, compileFlow }: Source): ParallelState {
  const branches = fields.requiredList('Branches').map((value, index) => {
    const branch = new DefinitionFields(value, fields.place(`Branches[${index}]`));
    branch.text('Comment');
    const flow = compileFlow(branch, name);
    branch.refuseOthers();
    return flow;
  });
  return {
    type: 'Parallel',
    name,
    branches,
    arguments: fields.template('Arguments', BEFORE),
    outcome: compileOutcome(fields, AFTER),
    ...compileRecovering(fields),
  };
}

function compileChoice(name: string, fields: DefinitionFields): ChoiceState {
  const choices = fields.requiredList('Choices').map((value, index): ChoiceRule => {
    const rule = new DefinitionFields(value, fields.place(`Choices[${index}]`));
    rule.text('Comment');
    const condition = rule.take('Condition');
    const next = rule.requiredText('Next');
    const outcome = compileOutcome(rule, BEFORE);
    rule.refuseOthers();
    if (typeof condition === 'boolean') return { condition, next, outcome };
    if (typeof condition !== 'string' || !isExpression(condition)) {
      throw rule.wrong('Condition', `got ${describe(condition)}, {% an expression %} or a boolean is needed`);
    }
    return { condition: compileExpression(condition, rule.place('Condition'), BEFORE), next, outcome };
  });
  return {
    type: 'Choice',
    name,
    choices,
    default: fields.text('Default'),
    outcome: compileOutcome(fields, BEFORE),
  };
}

function compileWait(name: string, fields: DefinitionFields): WaitState {
  const seconds = fields.integer('Seconds', { least: 0, most: MOST_SECONDS }, BEFORE);
  const timestamp = fields.template('Timestamp', BEFORE);
  const common = {
    type: 'Wait',
    name,
    next: compileNext(fields),
    outcome: compileOutcome(fields, BEFORE),
  } as const;
  if ((seconds === undefined) === (timestamp === undefined)) {
    throw fields.wrong('Seconds', 'exactly one of Seconds and Timestamp is needed');
  }
  if (seconds) return { ...common, until: { kind: 'seconds', seconds } };
  if (!timestamp) throw fields.wrong('Timestamp', 'is missing');
  if (
    timestamp.kind !== 'expression' &&
    (timestamp.kind !== 'literal' || parseTimestamp(timestamp.value) === undefined)
  ) {
    throw fields.wrong('Timestamp', 'a time like 2026-03-14T01:59:00Z, or {% an expression %}, is needed');
  }
  return { ...common, until: { kind: 'timestamp', timestamp } };
}

function compileFail(name: string, fields: DefinitionFields): FailState {
  const text = (field: 'Error' | 'Cause') => {
    fields.text(field);
    return fields.template(field, BEFORE);
  };
  return { type: 'Fail', name, error: text('Error'), cause: text('Cause') };
}
