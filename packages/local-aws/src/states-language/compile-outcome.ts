import type { DefinitionFields } from './definition-fields.ts';
import type { StatesField } from './expression.ts';
import { isRecord } from './json-value.ts';
import { compileTemplate } from './template.ts';
import type { Assign, Outcome } from './state-machine.ts';

/** Unicode identifiers, at most 80 characters; a dot, which would be a partial assignment, is not part of one. */
const VARIABLE_NAME = /^\p{ID_Start}\p{ID_Continue}{0,79}$/u;

/** Compiles a state's `Output` and `Assign`, which may read the given parts of `$states`. */
export function compileOutcome(fields: DefinitionFields, readable: readonly StatesField[]): Outcome {
  return { output: fields.template('Output', readable), assign: compileAssign(fields, readable) };
}

/**
 * Compiles `Assign`. Throws a DefinitionError for names that are not variable names, such as `a.b` or `states`.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function compileAssign(fields: DefinitionFields, readable: readonly StatesField[]): Assign {
  const value = fields.take('Assign');
  if (value === undefined) return [];
  if (!isRecord(value)) throw fields.wrong('Assign', 'an object of variable names and values is needed');
  return Object.entries(value).map(([name, item]) => {
    if (name === 'states') throw fields.wrong('Assign', '$states is reserved; choose another name');
    if (!VARIABLE_NAME.test(name)) {
      const rule =
        'a letter, then letters, digits or _, at most 80 in all; a variable is set as a whole, never in part';
      throw fields.wrong('Assign', `'${name}' is not a variable name: ${rule}`);
    }
    return [name, compileTemplate(item, fields.place(`Assign.${name}`), readable)] as const;
  });
}
