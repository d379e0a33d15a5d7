import { ServiceFault } from '../../core/fault.ts';
import type { Tags } from './state.ts';

/** A tag as the API has it. */
interface ApiTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

interface ApiTagSpecification {
  readonly ResourceType?: string | undefined;
  readonly Tags?: readonly ApiTag[] | undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** Tags as the API lists them, or undefined when there are none. */
export const renderTags = (tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] | undefined =>
  tags.size === 0 ? undefined : [...tags].map(([Key, Value]) => ({ Key, Value }));

/** The tags that a request gives for one resource type, by key. */
export const requestedTags = (
  specifications: readonly ApiTagSpecification[] | undefined,
  resourceType: string,
): Tags =>
  new Map(
    (specifications ?? [])
      .filter((specification) => specification.ResourceType === resourceType)
      .flatMap((specification) => specification.Tags ?? [])
      .map(({ Key, Value }) => [Key ?? '', Value ?? ''] as const),
  );

/**
 * Refuses tags that AWS refuses, by its tag restrictions.
 *
 * @throws ServiceFault InvalidParameterValue for an empty, too long or `aws:` key or a too long value; TagLimitExceeded
 */
export const acceptTags = (
  tags: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string> = new Map(),
): void => {
  for (const [key, value] of tags) {
    if (/^aws:/i.test(key)) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    }
    if (key.length === 0 || key.length > LONGEST_KEY) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Tag key '${key}' has ${key.length} characters; it must have 1 to ${LONGEST_KEY}`,
      );
    }
    if (value.length > LONGEST_VALUE) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Tag value of '${key}' has ${value.length} characters; it may have ${LONGEST_VALUE}`,
      );
    }
  }
  if (new Set([...present.keys(), ...tags.keys()]).size > MOST_TAGS) {
    throw new ServiceFault(
      'TagLimitExceeded',
      `The maximum number of Tags per resource has been reached: ${MOST_TAGS}`,
    );
  }
};

/**
 * Refuses a tag specification for a resource that the operation does not create.
 *
 * @throws ServiceFault InvalidParameterValue
 */
export const acceptTagSpecifications = (
  specifications: readonly ApiTagSpecification[] | undefined,
  types: readonly string[],
): void => {
  for (const { ResourceType } of specifications ?? []) {
    if (!types.includes(ResourceType ?? '')) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `'${ResourceType}' is not a valid taggable resource type for this operation.`,
      );
    }
    acceptTags(requestedTags(specifications, ResourceType ?? ''));
  }
};
