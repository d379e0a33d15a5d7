import { RESERVED_WORDS } from './reserved-words.ts';

/** The members of a request that name attributes. */
export interface AttributeRequest {
  readonly Item?: Readonly<Record<string, unknown>> | undefined;
  readonly Key?: Readonly<Record<string, unknown>> | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
}

/** The first name of a path: not within one, not a value, not a function. */
const PATH_HEAD = /(?<![\w.:#])(#?[A-Za-z_]\w*)\b(?!\s*\()/g;

/**
 * The top-level attributes that a request names, in order, for `dynamodb:Attributes`. Expressions are not checked: `run` refuses
 * what is wrong with them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html#FGAC_DDB.ConditionKeys
 */
export const attributesOf = (request: AttributeRequest): readonly string[] => {
  const expressions = [
    request.KeyConditionExpression,
    request.UpdateExpression,
    request.ConditionExpression,
    request.FilterExpression,
    request.ProjectionExpression,
  ];
  const heads = expressions.flatMap((text = '') =>
    [...text.matchAll(PATH_HEAD)].map(([, head = '']) => head),
  );
  const named = heads.flatMap((head) => {
    if (head.startsWith('#')) return request.ExpressionAttributeNames?.[head] ?? [];
    // REMOVE begins a clause, yet is not among the reserved words.
    const word = head.toUpperCase();
    return word === 'REMOVE' || RESERVED_WORDS.has(word) ? [] : [head];
  });
  return [...new Set([...Object.keys(request.Key ?? {}), ...Object.keys(request.Item ?? {}), ...named])];
};
