import type { Expression } from './expression.ts';
import { refuse, show } from './place.ts';
import type { Place } from './place.ts';

const VARIABLE_NAME = /^[A-Za-z0-9_.:]+$/;

/**
 * Reads the text of `Fn::Sub` into its literal and variable parts. `variables` is the function's second argument;
 * its names win over those of the template. `${!x}` gives the text `${x}`. A name with other characters than
 * letters, digits, `_`, `.` and `:` throws, as does `${` that is never closed.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export function readSub(text: string, variables: ReadonlyMap<string, Expression>, place: Place): Expression {
  const parts: Expression[] = [];
  let rest = text;
  for (let open = rest.indexOf('${'); open !== -1; open = rest.indexOf('${')) {
    const close = rest.indexOf('}', open);
    if (close === -1) refuse(place, `\${ is never closed in ${show(text)}; write \${!name} for literal text`);
    parts.push({ kind: 'literal', value: rest.slice(0, open) });
    parts.push(readVariable(rest.slice(open + 2, close), variables, place));
    rest = rest.slice(close + 1);
  }
  parts.push({ kind: 'literal', value: rest });
  return { kind: 'sub', parts, place };
}

function readVariable(name: string, variables: ReadonlyMap<string, Expression>, place: Place): Expression {
  if (name.startsWith('!')) return { kind: 'literal', value: `\${${name.slice(1)}}` };
  if (!VARIABLE_NAME.test(name)) {
    refuse(place, `'\${${name}}' is not a variable; a name has letters, digits, '_', '.' and ':' only`);
  }
  const given = variables.get(name);
  if (given !== undefined) return given;
  // No value cannot be a part of a text, and AWS does not document what it would give.
  if (name === 'AWS::NoValue') refuse(place, 'AWS::NoValue cannot stand inside Fn::Sub');
  const dot = name.indexOf('.');
  if (dot === -1) return { kind: 'ref', name, place };
  return { kind: 'attribute', logicalId: name.slice(0, dot), attribute: name.slice(dot + 1), place };
}
