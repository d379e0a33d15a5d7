import type {
  CreateVolumePermission,
  DescribeSnapshotAttributeCommandInput,
  DescribeSnapshotAttributeCommandOutput,
  ModifySnapshotAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { acceptInput, required } from './accept-input.ts';
import { keyByArn } from './ebs-keys.ts';
import { requireOwnSnapshot, snapshotCheck } from './ebs-resources.ts';
import type { Snapshot } from './state.ts';

/** What a request does to the permissions of a snapshot. */
interface Change {
  readonly add: { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly remove: { readonly users: readonly string[]; readonly groups: readonly string[] };
}

const split = (entries: readonly CreateVolumePermission[] | undefined): Change['add'] => ({
  users: (entries ?? []).flatMap(({ UserId }) => UserId ?? []),
  groups: (entries ?? []).flatMap(({ Group }) => Group ?? []),
});

/** A change comes as OperationType with UserIds and GroupNames, or as CreateVolumePermission. */
const changeOf = (input: ModifySnapshotAttributeCommandInput): Change => {
  const listed = { users: input.UserIds ?? [], groups: input.GroupNames ?? [] };
  const add = split(input.CreateVolumePermission?.Add);
  const remove = split(input.CreateVolumePermission?.Remove);
  const merged = (a: Change['add'], b: Change['add']): Change['add'] => ({
    users: [...a.users, ...b.users],
    groups: [...a.groups, ...b.groups],
  });
  return {
    add: input.OperationType === 'add' ? merged(add, listed) : add,
    remove: input.OperationType === 'remove' ? merged(remove, listed) : remove,
  };
};

/** Every condition key of a change with its values. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys */
const keyedValues = ({ add, remove }: Change): readonly (readonly [string, readonly string[]])[] =>
  (
    [
      ['ec2:Add/userId', add.users],
      ['ec2:Add/group', add.groups],
      ['ec2:Remove/userId', remove.users],
      ['ec2:Remove/group', remove.groups],
    ] as const
  ).filter(([, values]) => values.length > 0);

const valueOrValues = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] ?? '') : values;

/** How AWS fills the keys for several entries is not documented: one check per entry and one with all (iam-engine.md 3). */
const modifyChecks = (input: ModifySnapshotAttributeCommandInput, call: Call): readonly Check[] => {
  const id = input.SnapshotId ?? '';
  const pairs = keyedValues(changeOf(input));
  const single = pairs.flatMap(([key, values]) => values.map((value) => ({ [key]: value })));
  const all = Object.fromEntries(pairs.map(([key, values]) => [key, valueOrValues(values)]));
  const attribute = { 'ec2:Attribute': 'createVolumePermission' };
  return (single.length > 1 ? [...single, all] : [all]).map((more) => ({
    ...snapshotCheck('ModifySnapshotAttribute', call, { id, more: { ...attribute, ...more } }),
    ...(single.length > 1 ? { assumed: true as const } : {}),
  }));
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html */
const MOST_CHANGES = 500;

const acceptChange = ({ add, remove }: Change): void => {
  const adds = add.users.length + add.groups.length;
  const removes = remove.users.length + remove.groups.length;
  if (adds > 0 && removes > 0) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      'Permissions cannot be added and removed in one request',
    );
  }
  if (adds + removes === 0)
    throw new ServiceFault(
      'InvalidParameterCombination',
      'No create volume permission to add or remove was given',
    );
  if (adds + removes > MOST_CHANGES) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `The request has ${adds + removes} changes; it may have ${MOST_CHANGES}`,
    );
  }
  const strangeUser = [...add.users, ...remove.users].find((user) => !/^\d{12}$/.test(user));
  if (strangeUser !== undefined)
    throw new ServiceFault(
      'InvalidUserID.Malformed',
      `Invalid user id: "${strangeUser}" (expecting 12 digits)`,
    );
  const strangeGroup = [...add.groups, ...remove.groups].find((group) => group !== 'all');
  if (strangeGroup !== undefined)
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value (${strangeGroup}) for parameter group is invalid: want all`,
    );
};

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html : not under aws/ebs; encrypted never public */
const acceptSharing = (call: Call, snapshot: Snapshot, { add }: Change): void => {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
  if (snapshot.productCodes !== undefined && add.groups.length > 0)
    throw new ServiceFault(
      'OperationNotPermitted',
      'Snapshots with AWS Marketplace product codes cannot be made public.',
    );
  if (!snapshot.encrypted) return;
  if (add.groups.length > 0)
    throw new ServiceFault('OperationNotPermitted', 'Encrypted snapshots cannot be shared publicly.');
  const manager =
    snapshot.kmsKeyArn === undefined ? undefined : keyByArn(call, snapshot.kmsKeyArn).key?.manager;
  if (add.users.length > 0 && manager === 'AWS') {
    throw new ServiceFault(
      'OperationNotPermitted',
      'Encrypted snapshots with EBS default key cannot be shared',
    );
  }
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html */
export const modifySnapshotAttribute = operation<ModifySnapshotAttributeCommandInput, object>({
  checks: modifyChecks,
  run: (input, call) => {
    acceptInput(input, 'ModifySnapshotAttribute', [
      'SnapshotId',
      'Attribute',
      'OperationType',
      'UserIds',
      'GroupNames',
      'CreateVolumePermission',
    ]);
    if (input.Attribute !== undefined && input.Attribute !== 'createVolumePermission') {
      throw unimplemented(`Attribute ${input.Attribute}`, 'ModifySnapshotAttribute');
    }
    acceptMembers(input.CreateVolumePermission ?? {}, 'ModifySnapshotAttribute.CreateVolumePermission', [
      'Add',
      'Remove',
    ]);
    const listed = (input.UserIds ?? []).length + (input.GroupNames ?? []).length;
    if (listed > 0 && input.OperationType === undefined)
      throw new ServiceFault('MissingParameter', 'The request must contain the parameter operationType');
    const change = changeOf(input);
    acceptChange(change);
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    acceptSharing(call, snapshot, change);
    for (const user of change.add.users) snapshot.sharedWith.add(user);
    for (const user of change.remove.users) snapshot.sharedWith.delete(user);
    if (change.add.groups.length > 0) snapshot.isPublic = true;
    if (change.remove.groups.length > 0) snapshot.isPublic = false;
    return {};
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotAttribute.html : by its owner */
export const describeSnapshotAttribute = operation<
  DescribeSnapshotAttributeCommandInput,
  Omit<DescribeSnapshotAttributeCommandOutput, '$metadata'>
>({
  checks: (input, call) => [snapshotCheck('DescribeSnapshotAttribute', call, { id: input.SnapshotId ?? '' })],
  run: (input, call) => {
    acceptInput(input, 'DescribeSnapshotAttribute', ['SnapshotId', 'Attribute']);
    const attribute = required(input.Attribute, 'Attribute');
    if (attribute !== 'createVolumePermission')
      throw unimplemented(`Attribute ${attribute}`, 'DescribeSnapshotAttribute');
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    return {
      SnapshotId: snapshot.snapshotId,
      CreateVolumePermissions: [
        ...[...snapshot.sharedWith].map((UserId) => ({ UserId })),
        ...(snapshot.isPublic ? [{ Group: 'all' as const }] : []),
      ],
    };
  },
});
