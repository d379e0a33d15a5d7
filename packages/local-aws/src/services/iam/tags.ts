import type {
  ListRoleTagsCommandInput,
  ListRoleTagsCommandOutput,
  Tag,
  TagRoleCommandInput,
  TagRoleCommandOutput,
  UntagRoleCommandInput,
  UntagRoleCommandOutput,
} from '@aws-sdk/client-iam';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { requestTagContext } from '../request-tags.ts';
import { findModifiableRole, findRole, invalid, limitExceeded, required, roleCheck } from './role-target.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const TAGS_PER_ROLE = 50;

/** Items of a page when none are asked for. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const DEFAULT_PAGE_SIZE = 100;

const sameKey = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Tags of a request. @throws ServiceFault ValidationError for a key that AWS keeps or that comes twice, in whatever case */
export const readTags = (tags: readonly Tag[] = []): Map<string, string> => {
  const read = new Map<string, string>();
  for (const tag of tags) {
    const key = required(tag.Key, 'tags.member.key');
    if (key.toLowerCase().startsWith('aws:'))
      throw invalid(`Tag key ${key} is reserved for AWS: choose one without aws:`);
    if ([...read.keys()].some((other) => sameKey(other, key)))
      throw invalid(`Duplicate tag keys found: ${key}`);
    read.set(key, required(tag.Value, 'tags.member.value'));
  }
  return read;
};

/** Tags as the API lists them. */
export const tagList = (tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));

/**
 * A tag replaces one whose key differs in case alone. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
 */
export const tagRole = operation<TagRoleCommandInput, Omit<TagRoleCommandOutput, '$metadata'>>({
  checks: (input, call) => [roleCheck('TagRole', call, input.RoleName, requestTagContext(input.Tags))],
  run: (input, call) => {
    acceptMembers(input, 'TagRole', ['RoleName', 'Tags']);
    const role = findModifiableRole(call, input.RoleName);
    const added = readTags(required(input.Tags, 'tags'));
    const replaced = [...role.tags.keys()].filter((key) =>
      [...added.keys()].some((other) => sameKey(other, key)),
    );
    if (role.tags.size - replaced.length + added.size > TAGS_PER_ROLE)
      throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${TAGS_PER_ROLE}`);
    for (const key of replaced) if (!added.has(key)) role.tags.delete(key);
    for (const [key, value] of added) role.tags.set(key, value);
    return {};
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export const untagRole = operation<UntagRoleCommandInput, Omit<UntagRoleCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    roleCheck('UntagRole', call, input.RoleName, { 'aws:TagKeys': input.TagKeys ?? [] }),
  ],
  run: (input, call) => {
    acceptMembers(input, 'UntagRole', ['RoleName', 'TagKeys']);
    const role = findModifiableRole(call, input.RoleName);
    const unwanted = required(input.TagKeys, 'tagKeys');
    for (const key of role.tags.keys())
      if (unwanted.some((other) => sameKey(other, key))) role.tags.delete(key);
    return {};
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html */
export const listRoleTags = operation<ListRoleTagsCommandInput, Omit<ListRoleTagsCommandOutput, '$metadata'>>(
  {
    checks: (input, call) => [roleCheck('ListRoleTags', call, input.RoleName)],
    run: (input, call) => {
      acceptMembers(input, 'ListRoleTags', ['RoleName', 'Marker', 'MaxItems']);
      const role = findRole(call, input.RoleName);
      const page = takePage(
        tagList(role.tags),
        { token: input.Marker, size: input.MaxItems ?? DEFAULT_PAGE_SIZE },
        (marker) => invalid(`Invalid Marker: ${marker}`),
      );
      return {
        Tags: [...page.items],
        IsTruncated: page.next !== undefined,
        ...(page.next === undefined ? {} : { Marker: page.next }),
      };
    },
  },
);
