import { compile, PolicyError } from '@cordon/iam';
import { ServiceFault } from '../../core/fault.ts';
import type { Bucket } from './state.ts';

/**
 * Condition keys that make a wildcard principal a fixed set.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
const NARROWING = new Set(
  [
    'aws:SourceIp',
    'aws:SourceArn',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:SourceOwner',
    'aws:SourceAccount',
    'aws:userid',
    'aws:PrincipalOrgID',
    'aws:PrincipalArn',
    'aws:PrincipalAccount',
    'aws:SourceOrgID',
    's3:DataAccessPointArn',
    's3:DataAccessPointAccount',
  ].map((key) => key.toLowerCase()),
);

const entriesOf = (value: unknown): readonly [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const isWildcard = (principal: unknown): boolean => {
  if (principal === '*') return true;
  return entriesOf(principal).some(([kind, names]) => kind === 'AWS' && [names].flat().includes('*'));
};

const isFixed = (value: unknown): boolean =>
  [value].flat().every((text) => typeof text === 'string' && !/[*?]|\$\{/.test(text));

const narrows = (condition: unknown): boolean =>
  entriesOf(condition).some(
    ([operator, clauses]) =>
      /^(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress|StringEqualsIgnoreCase)$/.test(operator) &&
      entriesOf(clauses).some(
        ([key, value]) => NARROWING.has(key.toLowerCase()) && (isFixed(value) || operator === 'ArnLike'),
      ),
  );

/** Whether S3 calls a policy public: some statement allows everyone without a fixed condition. */
const isPublic = (document: unknown): boolean => {
  const statements = [Object.fromEntries(entriesOf(document))['Statement']].flat();
  return statements.some((statement) => {
    const { Effect, Principal, NotPrincipal, Condition } = Object.fromEntries(entriesOf(statement));
    return Effect === 'Allow' && (isWildcard(Principal) || NotPrincipal !== undefined) && !narrows(Condition);
  });
};

const malformed = (message: string): ServiceFault => new ServiceFault('MalformedPolicy', message);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
const MAX_POLICY_BYTES = 20 * 1024;

/**
 * Gives a bucket a policy.
 *
 * @throws ServiceFault MalformedPolicy; AccessDenied (403) for a public one where Block Public Access refuses it
 */
export const setBucketPolicy = (bucket: Bucket, text: string): void => {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES)
    throw malformed('Normalized policy document exceeds the maximum allowed size');
  const document = parse(text);
  if (bucket.publicAccessBlock.blockPublicPolicy && isPublic(document)) {
    const message =
      'User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.';
    throw new ServiceFault('AccessDenied', message, { status: 403 });
  }
  try {
    bucket.policy = { compiled: compile(document, bucket.arn), text };
  } catch (error) {
    if (error instanceof PolicyError) throw malformed(error.message);
    throw error;
  }
};
