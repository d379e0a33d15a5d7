import { ACCOUNTS, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { each, letThrough, refused, SNAPSHOT, type Request } from './guardrails-rows.ts';

const ATTACKER: Who = 'administrator of evidence';
const by = (...sids: readonly string[]): readonly string[] => sids.map((sid) => `SCP cordon-evidence/${sid}`);

const copy = {
  'aws:ResourceTag/cordon:incident': 'inc-20261121-cases',
  'aws:ResourceTag/cordon:hop': 'evidence',
};
const ENDS: readonly (readonly [sid: string, action: string, does: string])[] = [
  ['DisposerAlone', 'ec2:DeleteSnapshot', 'deletes a copy that no tag marks'],
  ['ArchivistAlone', 'ec2:ModifySnapshotTier', 'archives a copy'],
  ['EndNoCopy', 'ec2:UnlockSnapshot', 'unlocks a copy'],
];
const share: Request = { action: 'ec2:ModifySnapshotAttribute', on: SNAPSHOT };
const lock: Request = { action: 'ec2:LockSnapshot', on: SNAPSHOT };
const toStranger = { 'ec2:Add/userId': '999900001111' };
const toAll = { 'ec2:Add/group': 'all' };
const unblock = { action: 'ec2:DisableSnapshotBlockPublicAccess', on: '*' } as const;

/** Cases about copies of evidence in the evidence account. */
export const guardrailsEvidenceCases: readonly PowerCase[] = [
  ...ENDS.flatMap(([sid, action, does]) =>
    refused(
      by(sid),
      each([ATTACKER, 'root of evidence', 'break-glass of evidence', 'custodian'], {
        does,
        action,
        on: SNAPSHOT,
      }),
    ),
  ),
  ...refused(
    [...by('DisposerAlone'), 'SCP cordon-members/KeepContained'],
    [{ as: ATTACKER, does: 'deletes evidence', action: 'ec2:DeleteSnapshot', on: SNAPSHOT, given: copy }],
  ),
  ...refused(by('CustodianAlone', 'PublishNoCopy'), [
    ...each([ATTACKER, 'break-glass of evidence'], { does: 'publishes a copy', ...share, given: toAll }),
  ]),
  ...refused(by('PublishNoCopy'), [{ as: 'custodian', does: 'publishes a copy', ...share, given: toAll }]),
  ...refused(by('CustodianAlone'), [
    { as: ATTACKER, does: 'shares a copy with a stranger', ...share, given: toStranger },
    { as: 'break-glass of evidence', does: 'shares a copy with a stranger', ...share, given: toStranger },
    {
      as: ATTACKER,
      does: 'takes every sharing from a copy',
      action: 'ec2:ResetSnapshotAttribute',
      on: SNAPSHOT,
    },
  ]),
  ...refused(
    by('LockNoShorter'),
    each([ATTACKER, 'break-glass of evidence', 'disposer'], {
      does: 'makes a lock shorter by locking again',
      ...lock,
    }),
  ),
  ...refused(
    by('EndNoCopy'),
    each(['disposer', 'archivist'], { does: 'unlocks a copy', action: 'ec2:UnlockSnapshot', on: SNAPSHOT }),
  ),
  ...refused(by('DisposerAlone'), [
    { as: 'archivist', does: 'deletes a copy', action: 'ec2:DeleteSnapshot', on: SNAPSHOT },
    { as: 'disposer function', does: 'deletes a copy itself', action: 'ec2:DeleteSnapshot', on: SNAPSHOT },
  ]),
  ...refused(by('ArchivistAlone'), [
    { as: 'disposer', does: 'archives a copy', action: 'ec2:ModifySnapshotTier', on: SNAPSHOT },
  ]),
  ...refused(by('KeepBlockPublicAccess'), [
    { as: ATTACKER, does: 'lets copies be published', ...unblock },
    { as: 'custodian', does: 'lets copies be published', ...unblock },
  ]),
  ...letThrough([
    {
      as: 'archivist',
      does: 'locks a copy for longer',
      ...lock,
      given: { ...copy, 'ec2:SnapshotLockDuration': '400' },
    },
    {
      as: 'archivist',
      does: 'archives a copy',
      action: 'ec2:ModifySnapshotTier',
      on: SNAPSHOT,
      given: copy,
    },
    {
      as: 'disposer',
      does: 'deletes a copy of its incident',
      action: 'ec2:DeleteSnapshot',
      on: SNAPSHOT,
      given: copy,
    },
    { as: 'custodian', does: 'locks a copy', ...lock, given: { ...copy, 'ec2:SnapshotLockDuration': '90' } },
    {
      as: 'custodian',
      does: 'shares a copy with the forensics account',
      ...share,
      given: { ...copy, 'ec2:Add/userId': ACCOUNTS.forensics },
    },
    { as: 'break-glass of evidence', does: 'lets snapshots be published again', ...unblock },
  ]),
];
