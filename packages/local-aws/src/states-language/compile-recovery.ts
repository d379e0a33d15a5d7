import { compileAssign } from './compile-outcome.ts';
import { DefinitionFields, describe } from './definition-fields.ts';
import type { Catcher, Next, Retrier } from './state-machine.ts';

const MOST = 99_999_999;
/** AWS: MaxDelaySeconds is at most one year of 366 days, in seconds. */
const MOST_DELAY_SECONDS = 31_622_400;

/**
 * Compiles `Retry`. Throws a DefinitionError for values out of range, and where `States.ALL` is not alone and last.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
function compileRetry(owner: DefinitionFields): readonly Retrier[] {
  const list = owner.list('Retry');
  return list.map((value, index) => {
    const fields = new DefinitionFields(value, owner.place(`Retry[${index}]`));
    const intervalSeconds = fields.number('IntervalSeconds', { least: 1, most: MOST }) ?? 1;
    const maxDelaySeconds = fields.number('MaxDelaySeconds', { least: 1, most: MOST_DELAY_SECONDS });
    if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds) {
      throw fields.wrong(
        'MaxDelaySeconds',
        `got ${maxDelaySeconds}, more than IntervalSeconds (${intervalSeconds}) is needed`,
      );
    }
    const jitter = fields.text('JitterStrategy') ?? 'NONE';
    if (jitter !== 'FULL' && jitter !== 'NONE')
      throw fields.wrong('JitterStrategy', `got ${describe(jitter)}, FULL or NONE is needed`);
    const retrier: Retrier = {
      errorEquals: compileErrorEquals(fields, index === list.length - 1),
      intervalSeconds,
      maxAttempts: fields.number('MaxAttempts', { least: 0, most: MOST }) ?? 3,
      backoffRate: fields.number('BackoffRate', { least: 1, most: MOST, fractional: true }) ?? 2,
      maxDelaySeconds,
      jitter,
    };
    fields.take('Comment');
    fields.refuseOthers();
    return retrier;
  });
}

/**
 * Compiles `Catch`. A catcher reads `$states.errorOutput` where the state itself would read `$states.result`.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
function compileCatch(owner: DefinitionFields): readonly Catcher[] {
  const list = owner.list('Catch');
  return list.map((value, index) => {
    const fields = new DefinitionFields(value, owner.place(`Catch[${index}]`));
    const readable = ['input', 'errorOutput', 'context'] as const;
    const catcher: Catcher = {
      errorEquals: compileErrorEquals(fields, index === list.length - 1),
      next: fields.requiredText('Next'),
      outcome: { output: fields.template('Output', readable), assign: compileAssign(fields, readable) },
    };
    fields.take('Comment');
    fields.refuseOthers();
    return catcher;
  });
}

function compileErrorEquals(fields: DefinitionFields, isLast: boolean): readonly string[] {
  const names = fields.requiredList('ErrorEquals').map((name) => {
    if (typeof name === 'string' && name !== '') return name;
    throw fields.wrong('ErrorEquals', `got ${describe(name)} in the list, an error name is needed`);
  });
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    throw fields.wrong('ErrorEquals', 'States.ALL must be alone in its list, and its list the last');
  }
  return names;
}

/** Where a state leads that may fail, and what becomes of its failures. */
export function compileRecovering(fields: DefinitionFields) {
  return { next: compileNext(fields), retry: compileRetry(fields), catch: compileCatch(fields) };
}

/** Exactly one of `Next` and `End`. */
export function compileNext(fields: DefinitionFields): Next {
  const next = fields.text('Next');
  const end = fields.take('End');
  if (end !== undefined && end !== true)
    throw fields.wrong('End', `got ${describe(end)}, true is needed, or no End at all`);
  if ((next === undefined) === (end === undefined))
    throw fields.wrong('Next', 'exactly one of Next and End is needed');
  return next;
}
