/** What a statement is checked for; it is passed on whole. */
interface Checked {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
}

const holds = (value: unknown, wanted: string): boolean =>
  Array.isArray(value) ? value.includes(wanted) : value === wanted;

/**
 * A policy document of these statements, in their order and with their Sids: CDK neither merges nor rewrites it. Throws
 * for a statement that allows every action on everything, and for a Sid that is used twice, which IAM refuses.
 */
export const policyDocument = (statements: readonly object[]): object => {
  const seen = new Set<unknown>();
  for (const { Sid, Effect, Action, Resource } of statements as readonly Checked[]) {
    const name = typeof Sid === 'string' ? Sid : 'without a Sid';
    if (Effect === 'Allow' && holds(Action, '*') && holds(Resource, '*')) {
      throw new Error(`statement ${name} allows every action on everything; name what it needs`);
    }
    if (Sid !== undefined && seen.has(Sid))
      throw new Error(`Sid ${name} is used twice in one policy; give each statement its own`);
    seen.add(Sid);
  }
  return { Version: '2012-10-17', Statement: statements };
};

/**
 * Refuses everybody who comes over plain HTTP.
 *
 * @param actions of the one service, such as `s3:*`
 * @param resources the thing itself, and what lies in it where there is any
 */
export const onlyEncryptedTransport = (actions: string, resources: string | readonly string[]): object => ({
  Sid: 'OnlyEncryptedTransport',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: actions,
  Resource: resources,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/**
 * Trust in an AWS service; with `account`, only while it acts for that account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const serviceTrust = (service: string, account?: string): object =>
  policyDocument([
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...(account === undefined ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': account } } }),
    },
  ]);
