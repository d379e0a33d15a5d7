import type { Tag } from '@aws-sdk/client-sts';
import { ServiceFault } from '../../core/fault.ts';
import type { Caller } from '../../core/operation.ts';

/** Quotas of session tags. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_know */
const LIMITS = { tags: 50, key: 128, value: 256 };

/** Tags of a new session: `all` become `aws:PrincipalTag/...`, `transitive` go on to sessions that are made from it. */
export interface SessionTags {
  readonly all: Readonly<Record<string, string>>;
  readonly transitive: Readonly<Record<string, string>>;
}

const refuse = (message: string): ServiceFault => new ServiceFault('InvalidParameterValue', message);

const invalid = (message: string): ServiceFault => new ServiceFault('ValidationError', message);

const readTags = (tags: readonly Tag[]): Record<string, string> => {
  if (tags.length > LIMITS.tags)
    throw invalid(
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${LIMITS.tags}`,
    );
  const read: Record<string, string> = {};
  const seen = new Set<string>();
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key === '' || key.length > LIMITS.key || value.length > LIMITS.value) {
      throw invalid(
        `1 validation error detected: session tag '${key}' failed to satisfy constraint: key of 1 to ${LIMITS.key} and value of at most ${LIMITS.value} characters`,
      );
    }
    if (key.toLowerCase().startsWith('aws:'))
      throw refuse(`Tag keys starting with "aws:" are reserved: ${key}`);
    // Keys are compared without regard to case.
    if (seen.has(key.toLowerCase()))
      throw refuse('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    seen.add(key.toLowerCase());
    read[key] = value;
  }
  return read;
};

const lowerCaseKeys = (tags: Readonly<Record<string, string>>): Set<string> =>
  new Set(Object.keys(tags).map((key) => key.toLowerCase()));

/**
 * Tags of a session that `caller` makes: what the request gives, and what the caller's own session hands on, which nobody overrides.
 *
 * @throws ServiceFault InvalidParameterValue, ValidationError
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 */
export const sessionTags = (
  caller: Caller,
  tags: readonly Tag[] = [],
  transitiveKeys: readonly string[] = [],
): SessionTags => {
  const given = readTags(tags);
  const inherited = caller.transitiveTags;
  const inheritedKeys = lowerCaseKeys(inherited);
  const conflict = Object.keys(given).find((key) => inheritedKeys.has(key.toLowerCase()));
  if (conflict !== undefined) {
    throw refuse(
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${conflict}`,
    );
  }
  const wanted = new Set(transitiveKeys.map((key) => key.toLowerCase()));
  const givenKeys = lowerCaseKeys(given);
  if ([...wanted].some((key) => !givenKeys.has(key)))
    throw refuse('The specified transitive tag key must be included in the requested tags.');
  const passedOn = Object.entries(given).filter(([key]) => wanted.has(key.toLowerCase()));
  return { all: { ...given, ...inherited }, transitive: { ...inherited, ...Object.fromEntries(passedOn) } };
};
