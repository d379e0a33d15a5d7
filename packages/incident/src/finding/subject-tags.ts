import { TAGS } from '../contract.ts';
import type { SubjectTags } from './finding.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
const SCALING_GROUP_KEY = 'aws:autoscaling:groupName';
/** Names of groups that can be carried on as they are; another is found out when the instance is inspected. */
const GROUP_NAME = /^[\w .:/=+@-]{1,255}$/;

/** Tags as a finding has them. */
type WireTags = readonly (
  | { readonly key?: string | undefined; readonly value?: string | undefined }
  | undefined
)[];

/**
 * Of an instance's tags those that decide something; undefined where the finding tells none. Keys are compared as EC2 compares
 * them, by case: another spelling is another tag. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
 */
export const subjectTags = (
  tags: WireTags | undefined,
): { readonly tags: SubjectTags } | Record<string, never> => {
  if (tags === undefined) return {};
  const valueOf = (key: string): string | undefined => tags.find((tag) => tag?.key === key)?.value;
  const policy = valueOf(TAGS.policy);
  const group = valueOf(SCALING_GROUP_KEY);
  return {
    tags: {
      ...(policy === undefined ? {} : { policy: policy.slice(0, 256) }),
      ...(group !== undefined && GROUP_NAME.test(group) ? { scalingGroup: group } : {}),
    },
  };
};
