import type { Context } from './resource-facts.ts';

const TAGS = ['aws:ResourceTag/', 'ec2:ResourceTag/'];
const METADATA = ['ec2:MetadataHttpEndpoint', 'ec2:MetadataHttpTokens'];

/**
 * Keys of a resource that single actions do not give, by action and type: a policy that asks for them there never matches.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-actions-as-permissions
 */
export const WITHHELD: Readonly<Record<string, readonly string[]>> = {
  'CopySnapshot snapshot': TAGS,
  'CreateSnapshot volume': ['ec2:AvailabilityZone', 'ec2:ParentSnapshot'],
  'CreateSnapshots instance': [
    'ec2:AvailabilityZoneId',
    'ec2:InstanceMarketType',
    'ec2:ManagedResourceOperator',
    ...METADATA,
  ],
  'CreateSnapshots volume': ['ec2:AvailabilityZone', 'ec2:AvailabilityZoneId', 'ec2:ParentSnapshot'],
  'CreateVolume snapshot': ['ec2:SnapshotID'],
  'DeleteSnapshot snapshot': ['ec2:Encrypted'],
  'ModifySnapshotAttribute snapshot': ['ec2:Encrypted'],
  'RunInstances network-interface': TAGS,
  'RunInstances snapshot': ['ec2:Encrypted'],
};

/** Actions that give tags and the Region of whatever they act on, and nothing else. */
const TAGS_ALONE = new Set(['DeleteTags']);

/** A check's keys without those that AWS does not give at this action on this type. */
export const withoutWithheld = (action: string, type: string, context: Context): Context => {
  const withheld = WITHHELD[`${action} ${type}`] ?? [];
  return Object.fromEntries(
    Object.entries(context).filter(([key]) => {
      if (TAGS_ALONE.has(action))
        return key === 'ec2:Region' || TAGS.some((prefix) => key.startsWith(prefix));
      return !withheld.some((name) => (name.endsWith('/') ? key.startsWith(name) : key === name));
    }),
  );
};
