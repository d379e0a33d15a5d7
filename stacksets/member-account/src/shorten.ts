const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same part of a text for `Fn::Sub`; undefined for what it cannot name by itself. */
const partOf = (part: unknown): string | undefined => {
  // `${!` is how a text says `${`: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
  if (typeof part === 'string') return part.replaceAll('${', '${!');
  if (!isObject(part)) return undefined;
  const { Ref: name, ...rest } = part;
  return typeof name === 'string' && Object.keys(rest).length === 0 ? `\${${name}}` : undefined;
};

const asSub = (join: unknown): object | undefined => {
  if (!Array.isArray(join) || join[0] !== '' || !Array.isArray(join[1])) return undefined;
  const parts = join[1].map(partOf);
  return parts.includes(undefined) ? undefined : { 'Fn::Sub': parts.join('') };
};

/**
 * A template that says the same in fewer characters: texts that CDK joins from strings and references are written as `Fn::Sub`, some 25
 * characters shorter each. Pure.
 */
export const shorten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shorten);
  if (!isObject(value)) return value;
  const [first, ...more] = Object.entries(value);
  const short = more.length === 0 && first?.[0] === 'Fn::Join' ? asSub(first[1]) : undefined;
  return short ?? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shorten(inner)]));
};
