/** Ids that AWS gives anew to each thing: `vol-0ab...`, a key's UUID, an allocation. */
const ID = /\b(?:[a-z]+-)?(?:[0-9a-f]{17}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/g;

/** An ARN with `*` for what differs from incident to incident: `arn:aws:ec2:eu-west-3::snapshot/*`; an object by its bucket. */
export const patternOf = (arn: string): string => {
  const [prefix, bucket] = /^arn:[^:]+:s3:::([^/]+)\//.exec(arn) ?? [];
  if (prefix !== undefined && bucket !== undefined) return `${prefix}*`;
  return arn
    .replace(/:(launch-template|snapshot|volume|instance|image|elastic-ip|vpc|subnet)\/.+$/, ':$1/*')
    .replaceAll(ID, '*');
};
