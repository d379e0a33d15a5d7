/**
 * The most bytes that a template may have when it is passed inline, as a StackSet's `TemplateBody` is.
 * aws-facts, StackSets; https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
 */
export const INLINE_TEMPLATE_LIMIT_BYTES = 51_200;

/**
 * Gives the size of `json` in bytes, written as JSON without white space in UTF-8.
 * Compare it with `INLINE_TEMPLATE_LIMIT_BYTES`. Throws a TypeError for what JSON cannot hold.
 */
export function templateBytes(json: unknown): number {
  const text = JSON.stringify(json);
  if (text === undefined) throw new TypeError(`got ${typeof json}, wanted a value that JSON can hold`);
  return Buffer.byteLength(text, 'utf8');
}
