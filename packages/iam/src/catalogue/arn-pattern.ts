/** Variables that the service reference writes for more than one segment of a path. */
const SPANS_SLASHES =
  /(WithPath|WithoutLeadingSlash|^ObjectName|^GroupFriendlyName|^LogGroupName|^LogStreamName)$/;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

const variable = (name: string): string => {
  if (name === 'Account') return String.raw`(?:\d{12}|aws)`;
  if (name === 'Region' || name === 'Partition') return '[a-z][a-z0-9-]*';
  return SPANS_SLASHES.test(name) ? '.+' : '[^:/]+';
};

/**
 * The ARNs that a pattern of the service reference stands for, such as `arn:${Partition}:ec2:${Region}::snapshot/${SnapshotId}`.
 * A variable is never empty; it may be `*`, for a thing that does not exist yet, but not as partition, Region or account.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
 */
export const arnPattern = (pattern: string): RegExp => {
  const source = pattern
    .split(/(\$\{\w+\})/)
    .map((part) => (part.startsWith('${') ? variable(part.slice(2, -1)) : escaped(part)));
  return new RegExp(`^${source.join('')}$`);
};
