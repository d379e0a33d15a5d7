import { isRecord } from './json-value.ts';

/** What a parsed JSONata expression refers to outside itself. */
export type ExpressionReferences = {
  /** Variables and functions that the expression does not bind itself, without the `$`. */
  readonly free: ReadonlySet<string>;
  /** The parts of `$states` that it names: `input`, `result`, `errorOutput`, `context`. */
  readonly statesFields: ReadonlySet<string>;
  /** What it may not contain in Step Functions, in words; empty when all is well. */
  readonly violations: readonly string[];
};

type Walk = {
  readonly free: Set<string>;
  readonly statesFields: Set<string>;
  readonly violations: string[];
};

/** `local`: names bound so far. `hasContext`: whether `$` and bare field names have something to refer to. */
type Frame = { readonly local: Set<string>; readonly hasContext: boolean };

/**
 * Reads the syntax tree of jsonata 2.0.6. Step Functions evaluates without an input document, so `$$` everywhere, and `$` or a bare
 * field name at the outermost level, refer to nothing and are refused; `$eval` is withheld.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function expressionReferences(tree: unknown): ExpressionReferences {
  const walk: Walk = { free: new Set(), statesFields: new Set(), violations: [] };
  visit(tree, { local: new Set(), hasContext: false }, walk);
  return walk;
}

function visit(node: unknown, frame: Frame, walk: Walk): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, frame, walk);
    return;
  }
  if (!isRecord(node)) return;
  switch (node['type']) {
    case 'variable':
      visitVariable(node, frame, walk);
      break;
    case 'path':
      visitPath(node, frame, walk);
      break;
    case 'block':
      visit(node['expressions'], { ...frame, local: new Set(frame.local) }, walk);
      break;
    case 'bind':
      visitBind(node, frame, walk);
      break;
    case 'lambda': {
      const names = list(node['arguments']).map((argument) => text(argument['value']));
      visit(node['body'], { ...frame, local: new Set([...frame.local, ...names]) }, walk);
      break;
    }
    case 'function':
      visitCall(node, frame, walk);
      break;
    case 'transform': {
      const inside = { ...frame, hasContext: true };
      for (const part of ['pattern', 'update', 'delete']) visit(node[part], inside, walk);
      break;
    }
    case 'sort':
      visit(node['terms'], { ...frame, hasContext: true }, walk);
      break;
    default:
      for (const [key, part] of Object.entries(node)) if (!CONTEXT_PARTS.has(key)) visit(part, frame, walk);
  }
  visitContextParts(node, frame, walk);
}

/** Predicates and groupings of any node are evaluated once per item: there `$` is the item. */
const CONTEXT_PARTS: ReadonlySet<string> = new Set(['stages', 'predicate', 'group']);

function visitContextParts(node: Readonly<Record<string, unknown>>, frame: Frame, walk: Walk): void {
  for (const part of CONTEXT_PARTS) visit(node[part], { ...frame, hasContext: true }, walk);
}

function visitVariable(node: Readonly<Record<string, unknown>>, frame: Frame, walk: Walk): void {
  const name = text(node['value']);
  if (name === '$') {
    walk.violations.push('$$ refers to an input document, and Step Functions gives none; use $states.input');
  } else if (name === '') {
    if (!frame.hasContext)
      walk.violations.push('$ at the outermost level refers to nothing; use $states.input');
  } else if (!frame.local.has(name)) {
    if (name === 'eval')
      walk.violations.push('$eval is not available in Step Functions; use $parse to read JSON text');
    walk.free.add(name);
  }
  // `$states['result']` hides the part that it reads, and the check by field with it.
  if (name === 'states' && node['predicate'] !== undefined) {
    walk.violations.push('write $states.input, .result, .errorOutput or .context with a dot');
  }
}

function visitPath(node: Readonly<Record<string, unknown>>, frame: Frame, walk: Walk): void {
  const steps = list(node['steps']);
  const [first, second] = steps;
  if (first?.['type'] === 'name' && !frame.hasContext) {
    walk.violations.push(
      `field ${text(first['value'])} at the outermost level refers to nothing; start with $states or a variable`,
    );
  }
  if (first?.['type'] === 'variable' && first['value'] === 'states' && second?.['type'] === 'name') {
    walk.statesFields.add(text(second['value']));
  }
  const local = new Set(frame.local);
  steps.forEach((step, index) => {
    visit(step, { local, hasContext: frame.hasContext || index > 0 }, walk);
    for (const bound of [step['focus'], step['index']]) if (typeof bound === 'string') local.add(bound);
  });
}

function visitBind(node: Readonly<Record<string, unknown>>, frame: Frame, walk: Walk): void {
  const target = isRecord(node['lhs']) ? text(node['lhs']['value']) : '';
  const value = node['rhs'];
  // A function may call itself: its own name is known inside it.
  if (isRecord(value) && value['type'] === 'lambda') frame.local.add(target);
  visit(value, frame, walk);
  frame.local.add(target);
}

function visitCall(node: Readonly<Record<string, unknown>>, frame: Frame, walk: Walk): void {
  const procedure = node['procedure'];
  const callsRandom =
    isRecord(procedure) && procedure['type'] === 'variable' && procedure['value'] === 'random';
  if (callsRandom && list(node['arguments']).length > 0) {
    walk.violations.push(
      '$random with a seed: AWS does not say which generator it seeds; call $random() without one',
    );
  }
  visit(procedure, frame, walk);
  visit(node['arguments'], frame, walk);
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
