import { KEY_ALIASES, TAGS } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import { keyNamed } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';
import { MEMBER_KEY, neverOf, powerOf, SNAPSHOT } from './duty-cases.ts';

const marked = (incident: string) => ({
  [`aws:ResourceTag/${TAGS.incident}`]: incident,
  [`aws:ResourceTag/${TAGS.intermediate}`]: 'true',
});
const THROUGH_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };

const readCases: readonly PowerCase[] = powerOf('read-source', [
  ...(['ebs:ListSnapshotBlocks', 'ebs:GetSnapshotBlock'] as const).map((action) => ({
    does: `reads what its incident froze (${action})`,
    action,
    on: SNAPSHOT,
    given: marked(INCIDENT),
    wrong: [
      { does: `reads what another incident froze (${action})`, given: marked(OTHER_INCIDENT) },
      { does: `reads a backup of the member (${action})`, given: {} },
      {
        does: `reads a snapshot that somebody marked with the incident (${action})`,
        given: { [`aws:ResourceTag/${TAGS.incident}`]: INCIDENT },
      },
    ],
  })),
  {
    does: 'reads under a key of the member, through EC2',
    action: 'kms:Decrypt',
    on: MEMBER_KEY,
    given: THROUGH_EC2,
    wrong: [{ does: 'decrypts under a key of the member itself', given: {} }],
  },
]);

const neverCases: readonly PowerCase[] = neverOf('read-source', [
  { does: 'copies a snapshot', action: 'ec2:CopySnapshot', on: SNAPSHOT },
  { does: 'shares a snapshot', action: 'ec2:ModifySnapshotAttribute', on: SNAPSHOT },
  { does: 'deletes a snapshot', action: 'ec2:DeleteSnapshot', on: SNAPSHOT },
  { does: 'writes a block', action: 'ebs:PutSnapshotBlock', on: SNAPSHOT },
]);

const TRANSIT = {
  as: 'read-source',
  action: 'kms:Decrypt',
  on: keyNamed({ account: 'evidence', of: KEY_ALIASES.transit }),
  owner: 'evidence',
} as const;

const transitCases: readonly PowerCase[] = [
  {
    ...TRANSIT,
    name: 'the read-source duty uses a key of an account outside',
    on: MEMBER_KEY.replace(ACCOUNTS.member, ACCOUNTS.outside),
    owner: 'outside',
    alone: 'role',
    guardrails: 'off',
    given: THROUGH_EC2,
    answer: { notAllowedBy: 'identity' },
  },
  {
    ...TRANSIT,
    name: 'the read-source duty reads what lies under the transit key in its account',
    given: THROUGH_EC2,
    answer: 'allowed',
  },
  {
    ...TRANSIT,
    name: 'the read-source duty, allowed everything, decrypts under the transit key itself',
    alone: 'resource',
    given: {},
    answer: { notAllowedBy: 'cross-account' },
  },
  {
    ...TRANSIT,
    name: 'the read-source duty, allowed everything, reads what lies under the evidence key',
    on: keyNamed({ account: 'evidence', of: KEY_ALIASES.evidence }),
    alone: 'resource',
    given: THROUGH_EC2,
    answer: { notAllowedBy: 'cross-account' },
  },
  {
    ...TRANSIT,
    name: 'the read-source duty, allowed everything, uses the transit key after its account left the organization',
    alone: 'resource',
    guardrails: 'off',
    given: { ...THROUGH_EC2, 'aws:PrincipalOrgID': 'o-elsewhere1' },
    answer: { notAllowedBy: 'cross-account' },
  },
];

/** What reads the blocks of frozen disks in a member may do, and what it may not. */
export const memberReadSourceCases: readonly PowerCase[] = [...readCases, ...transitCases, ...neverCases];
