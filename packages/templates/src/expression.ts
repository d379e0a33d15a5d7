import type { Place } from './place.ts';

/** A property value after reading: literals as they are, intrinsic functions as nodes that know their place. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly place: Place }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Expression>; readonly place: Place }
  | { readonly kind: 'no-value'; readonly place: Place }
  | Intrinsic;

/** An intrinsic function that gives a value. Names are checked when the whole template has been read. */
export type Intrinsic =
  | { readonly kind: 'ref'; readonly name: string; readonly place: Place }
  | {
      readonly kind: 'attribute';
      readonly logicalId: string;
      readonly attribute: string;
      readonly place: Place;
    }
  | { readonly kind: 'sub'; readonly parts: readonly Expression[]; readonly place: Place }
  | { readonly kind: 'join'; readonly delimiter: string; readonly list: Expression; readonly place: Place }
  | { readonly kind: 'select'; readonly index: Expression; readonly list: Expression; readonly place: Place }
  | { readonly kind: 'split'; readonly delimiter: string; readonly source: Expression; readonly place: Place }
  | { readonly kind: 'find-in-map'; readonly keys: MapKeys; readonly place: Place }
  | { readonly kind: 'if'; readonly condition: string; readonly branches: Branches; readonly place: Place }
  | { readonly kind: 'import-value'; readonly name: Expression; readonly place: Place }
  | { readonly kind: 'zones'; readonly region: Expression; readonly place: Place }
  | { readonly kind: 'base64'; readonly source: Expression; readonly place: Place }
  | { readonly kind: 'cidr'; readonly operands: CidrOperands; readonly place: Place };

/** The three names of `Fn::FindInMap`: the mapping, its top-level key, its second-level key. */
export type MapKeys = readonly [Expression, Expression, Expression];

/** What `Fn::If` gives when its condition is true, then when it is false. */
export type Branches = readonly [Expression, Expression];

/** The operands of `Fn::Cidr`: the block, how many parts, host bits of each part. */
export type CidrOperands = readonly [Expression, Expression, Expression];

/** Gives the expressions directly inside `expression`, both branches of an `Fn::If` included. */
function innerExpressions(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'no-value':
    case 'ref':
    case 'attribute':
      return [];
    case 'list':
      return expression.items;
    case 'object':
      return [...expression.members.values()];
    case 'sub':
      return expression.parts;
    case 'join':
      return [expression.list];
    case 'select':
      return [expression.index, expression.list];
    case 'split':
    case 'base64':
      return [expression.source];
    case 'find-in-map':
      return expression.keys;
    case 'if':
      return expression.branches;
    case 'import-value':
      return [expression.name];
    case 'zones':
      return [expression.region];
    case 'cidr':
      return expression.operands;
  }
}

/** Calls `visit` with `expression` and everything inside it, outermost first. */
export function walk(expression: Expression, visit: (found: Expression) => void): void {
  visit(expression);
  for (const inner of innerExpressions(expression)) walk(inner, visit);
}
