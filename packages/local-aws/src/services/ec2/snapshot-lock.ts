import type {
  DescribeLockedSnapshotsCommandInput,
  DescribeLockedSnapshotsCommandOutput,
  LockedSnapshotsInfo,
  LockSnapshotCommandInput,
  LockSnapshotCommandOutput,
  LockState,
  UnlockSnapshotCommandInput,
  UnlockSnapshotCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { applyFilters, page } from './describe.ts';
import { requireOwnSnapshot, snapshotCheck, snapshotIds } from './ebs-resources.ts';
import { stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { requireAll } from './resource-ids.ts';
import type { Snapshot } from './state.ts';

type Output<T> = Omit<T, '$metadata'>;
type Lock = NonNullable<Snapshot['lock']>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html */
const LONGEST_DAYS = 36_500;
const LONGEST_COOL_OFF_HOURS = 72;

/** The lock's state, or undefined without a lock. The duration of a lock on a pending snapshot has not begun. */
const lockStateOf = (snapshot: Snapshot, now: number): LockState | undefined => {
  const { lock } = snapshot;
  if (lock === undefined) return undefined;
  return snapshot.state !== 'pending' && now >= lock.expiresAt ? 'expired' : lock.state;
};

/** Whether a lock keeps the snapshot from deletion now. */
export const isLocked = (snapshot: Snapshot, now: number): boolean => {
  const state = lockStateOf(snapshot, now);
  return state !== undefined && state !== 'expired';
};

const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterValue', message);

/** Exactly one of LockDuration and ExpirationDate; virtual epoch ms of the end. */
const endOf = (input: LockSnapshotCommandInput, now: number): number => {
  const { LockDuration: days, ExpirationDate: date } = input;
  if (days !== undefined && date !== undefined) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      'Specify LockDuration or ExpirationDate, but not both',
    );
  }
  if (days === undefined && date === undefined)
    throw new ServiceFault(
      'MissingParameter',
      'The request must contain the parameter LockDuration or ExpirationDate',
    );
  if (days !== undefined && (!Number.isInteger(days) || days < 1 || days > LONGEST_DAYS)) {
    throw invalid(`LockDuration ${days} is not valid: want 1 to ${LONGEST_DAYS} days`);
  }
  const end = date?.getTime() ?? now + (days ?? 0) * DAY_MS;
  if (date !== undefined && (end < now + DAY_MS || end > now + LONGEST_DAYS * DAY_MS)) {
    throw invalid(
      `ExpirationDate ${date.toISOString()} is not valid: want 1 to ${LONGEST_DAYS} days from now`,
    );
  }
  return end;
};

const acceptCoolOff = (input: LockSnapshotCommandInput): void => {
  const hours = input.CoolOffPeriod;
  if (hours === undefined) return;
  if (input.LockMode !== 'compliance')
    throw new ServiceFault(
      'InvalidParameterCombination',
      'CoolOffPeriod is valid only with LockMode compliance',
    );
  if (!Number.isInteger(hours) || hours < 1 || hours > LONGEST_COOL_OFF_HOURS) {
    throw invalid(`CoolOffPeriod ${hours} is not valid: want 1 to ${LONGEST_COOL_OFF_HOURS} hours`);
  }
};

/** After its cool-off, a compliance lock can only be extended. https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html */
const acceptChange = (
  input: LockSnapshotCommandInput,
  on: { snapshot: Snapshot; end: number; now: number },
): void => {
  const { snapshot, end, now } = on;
  if (lockStateOf(snapshot, now) !== 'compliance') return;
  if (input.LockMode !== 'compliance')
    throw invalid(`snapshot ${snapshot.snapshotId} is locked in compliance mode: its mode cannot be changed`);
  if (input.CoolOffPeriod !== undefined) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      `snapshot ${snapshot.snapshotId} is past its cooling-off period: omit CoolOffPeriod`,
    );
  }
  if (end <= (snapshot.lock?.expiresAt ?? 0))
    throw invalid(
      `snapshot ${snapshot.snapshotId} is locked in compliance mode: its lock can only be extended`,
    );
};

const endCoolOffLater = (call: Call, snapshot: Snapshot, lock: Lock): void => {
  if (lock.coolOffExpiresAt === undefined) return;
  const bind = (): void => {
    if (snapshot.lock === lock) lock.state = 'compliance';
  };
  // Hours away: it happens when its time comes, and nothing that runs waits for it.
  call.timeline.at(lock.coolOffExpiresAt, bind, 'background');
};

const lockFrom = (input: LockSnapshotCommandInput, call: Call, end: number): Lock => {
  const compliance = input.LockMode === 'compliance';
  const coolsOff = compliance && input.CoolOffPeriod !== undefined;
  return {
    mode: compliance ? 'compliance' : 'governance',
    // Without a cooling-off period compliance is immediate and irreversible.
    state: coolsOff ? 'compliance-cooloff' : compliance ? 'compliance' : 'governance',
    createdAt: call.now,
    expiresAt: end,
    ...(coolsOff ? { coolOffExpiresAt: call.now + (input.CoolOffPeriod ?? 0) * HOUR_MS } : {}),
    ...(input.LockDuration === undefined ? {} : { durationDays: input.LockDuration }),
  };
};

const infoOf = (snapshot: Snapshot, lock: Lock, now: number): LockedSnapshotsInfo => {
  const startsAt =
    snapshot.state === 'pending'
      ? undefined
      : Math.max(lock.createdAt, snapshot.completedAt ?? lock.createdAt);
  const state = lockStateOf(snapshot, now);
  return {
    OwnerId: snapshot.ownerId,
    SnapshotId: snapshot.snapshotId,
    ...(state === undefined ? {} : { LockState: state }),
    LockDuration: lock.durationDays ?? Math.ceil((lock.expiresAt - lock.createdAt) / DAY_MS),
    LockCreatedOn: new Date(lock.createdAt),
    ...(startsAt === undefined
      ? {}
      : { LockDurationStartTime: new Date(startsAt), LockExpiresOn: new Date(lock.expiresAt) }),
    ...(lock.coolOffExpiresAt === undefined
      ? {}
      : {
          CoolOffPeriod: (lock.coolOffExpiresAt - lock.createdAt) / HOUR_MS,
          CoolOffPeriodExpiresOn: new Date(lock.coolOffExpiresAt),
        }),
  };
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html : pending or completed, by the owner */
const lockSnapshot = operation<LockSnapshotCommandInput, Output<LockSnapshotCommandOutput>>({
  checks: (input, call) => [
    snapshotCheck('LockSnapshot', call, {
      id: input.SnapshotId ?? '',
      more: {
        ...(input.LockDuration === undefined
          ? {}
          : { 'ec2:SnapshotLockDuration': String(input.LockDuration) }),
        ...(input.CoolOffPeriod === undefined
          ? {}
          : { 'ec2:SnapshotCoolOffPeriod': String(input.CoolOffPeriod) }),
      },
    }),
  ],
  run: (input, call) => {
    acceptInput(input, 'LockSnapshot', [
      'SnapshotId',
      'LockMode',
      'CoolOffPeriod',
      'LockDuration',
      'ExpirationDate',
    ]);
    const mode = required(input.LockMode, 'LockMode');
    if (mode !== 'governance' && mode !== 'compliance')
      throw invalid(`LockMode ${String(mode)} is not valid: want governance or compliance`);
    const end = endOf(input, call.now);
    acceptCoolOff(input);
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    if (snapshot.state === 'error') {
      throw new ServiceFault(
        'IncorrectState',
        `The snapshot '${snapshot.snapshotId}' is in the 'error' state; only a pending or completed one can be locked`,
      );
    }
    acceptChange(input, { snapshot, end, now: call.now });
    const lock = lockFrom(input, call, end);
    snapshot.lock = lock;
    endCoolOffLater(call, snapshot, lock);
    const { OwnerId: _owner, ...result } = infoOf(snapshot, lock, call.now);
    return result;
  },
});

/** Governance, or compliance in its cooling-off period. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnlockSnapshot.html */
const unlockSnapshot = operation<UnlockSnapshotCommandInput, Output<UnlockSnapshotCommandOutput>>({
  checks: (input, call) => [snapshotCheck('UnlockSnapshot', call, { id: input.SnapshotId ?? '' })],
  run: (input, call) => {
    acceptInput(input, 'UnlockSnapshot', ['SnapshotId']);
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    // AWS documents the refusals, not their codes: these two are the local organization's choice.
    if (!isLocked(snapshot, call.now))
      throw new ServiceFault('IncorrectState', `The snapshot '${snapshot.snapshotId}' is not locked`);
    if (lockStateOf(snapshot, call.now) === 'compliance') {
      throw new ServiceFault(
        'OperationNotPermitted',
        `The snapshot '${snapshot.snapshotId}' is locked in compliance mode and cannot be unlocked`,
      );
    }
    delete snapshot.lock;
    return { SnapshotId: snapshot.snapshotId };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html : the caller's own */
const describeLockedSnapshots = operation<
  DescribeLockedSnapshotsCommandInput,
  Output<DescribeLockedSnapshotsCommandOutput>
>({
  checks: (_input, call) => describeCheck('DescribeLockedSnapshots', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeLockedSnapshots', ['SnapshotIds', 'Filters', 'MaxResults', 'NextToken']);
    const { snapshots } = stateOf(call);
    const ids = input.SnapshotIds ?? [];
    const candidates = ids.length > 0 ? requireAll(snapshotIds, snapshots, ids) : [...snapshots.values()];
    const locked = candidates.filter(({ lock }) => lock !== undefined);
    const kept = applyFilters(locked, input.Filters, {
      'lock-state': (snapshot) => [lockStateOf(snapshot, call.now) ?? ''],
    });
    const { items, nextToken } = page(kept, input, ids);
    return {
      Snapshots: items.flatMap((snapshot) =>
        snapshot.lock === undefined ? [] : [infoOf(snapshot, snapshot.lock, call.now)],
      ),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  },
});

/** Operations of snapshot lock. */
export const snapshotLockOperations = {
  LockSnapshot: lockSnapshot,
  UnlockSnapshot: unlockSnapshot,
  DescribeLockedSnapshots: describeLockedSnapshots,
};
