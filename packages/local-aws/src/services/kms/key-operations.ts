import type {
  DescribeKeyCommandInput,
  DescribeKeyCommandOutput,
  DisableKeyCommandInput,
  EnableKeyCommandInput,
  KeyMetadata,
  ListAliasesCommandInput,
  ListAliasesCommandOutput,
  ScheduleKeyDeletionCommandInput,
  ScheduleKeyDeletionCommandOutput,
  UpdateAliasCommandInput,
} from '@aws-sdk/client-kms';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { keyCheck } from './key-checks.ts';
import { scheduleDeletion } from './key-deletion.ts';
import { refusePendingDeletion } from './key-state.ts';
import { requireKey, requireOwnKey, targetOf } from './key-target.ts';
import { pageOf } from './page.ts';
import { kmsState, type Key } from './state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** A key as KMS describes it. https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html */
export const metadataOf = (key: Key, account: string): KeyMetadata => ({
  AWSAccountId: account,
  KeyId: key.keyId,
  Arn: key.arn,
  CreationDate: new Date(key.createdAt),
  Enabled: key.state === 'Enabled',
  Description: key.description,
  KeyUsage: key.usage,
  KeyState: key.state,
  Origin: 'AWS_KMS',
  KeyManager: key.manager,
  CustomerMasterKeySpec: key.spec,
  KeySpec: key.spec,
  MultiRegion: false,
  ...(key.usage === 'SIGN_VERIFY'
    ? { SigningAlgorithms: ['ECDSA_SHA_256'] }
    : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
  ...(key.deletionAt === undefined ? {} : { DeletionDate: new Date(key.deletionAt) }),
});

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
const describeKey = operation<DescribeKeyCommandInput, Output<DescribeKeyCommandOutput>>({
  checks: (input, call) => [keyCheck(call, 'DescribeKey', { target: targetOf(call, input.KeyId) })],
  run: (input, call) => {
    acceptInput(input, call, { operation: 'DescribeKey', members: ['KeyId'] });
    const target = targetOf(call, required(input.KeyId, 'keyId'));
    return { KeyMetadata: metadataOf(requireKey(call, target), target.account) };
  },
});

const setState = (name: 'EnableKey' | 'DisableKey', state: 'Enabled' | 'Disabled'): Operation =>
  operation<EnableKeyCommandInput | DisableKeyCommandInput, object>({
    checks: (input, call) => [keyCheck(call, name, { target: targetOf(call, input.KeyId) })],
    run: (input, call) => {
      acceptInput(input, call, { operation: name, members: ['KeyId'] });
      const key = requireOwnKey(call, targetOf(call, required(input.KeyId, 'keyId')));
      refusePendingDeletion(key);
      key.state = state;
      return {};
    },
  });

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html : 7 to 30 days, 30 when not given */
const scheduleKeyDeletion = operation<
  ScheduleKeyDeletionCommandInput,
  Output<ScheduleKeyDeletionCommandOutput>
>({
  checks: (input, call) => [
    keyCheck(call, 'ScheduleKeyDeletion', {
      target: targetOf(call, input.KeyId),
      context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(input.PendingWindowInDays ?? 30) },
    }),
  ],
  run: (input, call) => {
    acceptInput(input, call, { operation: 'ScheduleKeyDeletion', members: ['KeyId', 'PendingWindowInDays'] });
    const key = requireOwnKey(call, targetOf(call, required(input.KeyId, 'keyId')));
    const days = input.PendingWindowInDays ?? 30;
    if (!Number.isInteger(days) || days < 7 || days > 30) {
      throw new ServiceFault(
        'ValidationException',
        `PendingWindowInDays ${days} is not valid: want 7 to 30 days`,
      );
    }
    refusePendingDeletion(key);
    const { world, timeline, caller, region } = call;
    const goesAt = scheduleDeletion({ world, timeline, account: caller.account, region }, key, days);
    return {
      KeyId: key.arn,
      DeletionDate: new Date(goesAt),
      KeyState: 'PendingDeletion',
      PendingWindowInDays: days,
    };
  },
});

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html : the caller's own aliases in this Region */
const listAliases = operation<ListAliasesCommandInput, Output<ListAliasesCommandOutput>>({
  checks: () => [{ action: 'kms:ListAliases', resource: '*' }],
  run: (input, call) => {
    acceptInput(input, call, { operation: 'ListAliases', members: ['KeyId', 'Limit', 'Marker'] });
    const { account } = call.caller;
    const wanted =
      input.KeyId === undefined ? undefined : requireOwnKey(call, targetOf(call, input.KeyId)).keyId;
    const all = [...call.world.of(kmsState, account, call.region).aliases].filter(
      ([, keyId]) => wanted === undefined || keyId === wanted,
    );
    const { items, marker } = pageOf(all, { limit: input.Limit ?? 50, marker: input.Marker });
    return {
      Aliases: items.map(([name, keyId]) => ({
        AliasName: name,
        AliasArn: `arn:${call.world.facts.partition}:kms:${call.region}:${account}:${name}`,
        TargetKeyId: keyId,
      })),
      Truncated: marker !== undefined,
      ...(marker === undefined ? {} : { NextMarker: marker }),
    };
  },
});

/**
 * Moves an alias to another key of the same kind, in the caller's own account and Region. Asked of the alias and of both keys.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
 */
const updateAlias = operation<UpdateAliasCommandInput, object>({
  checks: (input, call) => {
    const from = targetOf(call, input.AliasName);
    const { account, region } = from;
    return [
      {
        action: 'kms:UpdateAlias',
        resource: `arn:${call.world.facts.partition}:kms:${region}:${account}:${from.requestAlias ?? ''}`,
        account,
        context: { 'kms:CallerAccount': call.caller.account },
      },
      keyCheck(call, 'UpdateAlias', { target: from }),
      keyCheck(call, 'UpdateAlias', { target: targetOf(call, input.TargetKeyId) }),
    ];
  },
  run: (input, call) => {
    acceptInput(input, call, { operation: 'UpdateAlias', members: ['AliasName', 'TargetKeyId'] });
    const alias = required(input.AliasName, 'aliasName');
    const from = requireKey(call, targetOf(call, alias));
    const to = requireOwnKey(call, targetOf(call, required(input.TargetKeyId, 'targetKeyId')));
    refusePendingDeletion(to);
    if (from.spec !== to.spec || from.usage !== to.usage)
      throw new ServiceFault(
        'ValidationException',
        `Alias ${alias} cannot be changed to a key of another type or usage`,
      );
    call.world.of(kmsState, call.caller.account, call.region).aliases.set(alias, to.keyId);
    return {};
  },
});

/** Operations on keys and aliases themselves. */
export const keyOperations: Readonly<Record<string, Operation>> = {
  DescribeKey: describeKey,
  EnableKey: setState('EnableKey', 'Enabled'),
  DisableKey: setState('DisableKey', 'Disabled'),
  ScheduleKeyDeletion: scheduleKeyDeletion,
  ListAliases: listAliases,
  UpdateAlias: updateAlias,
};
