import { TAGS } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, OTHER_INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

type Given = NonNullable<PowerCase['given']>;

const ec2 = (rest: string): string => `arn:aws:ec2:${HOME}:${ACCOUNTS.forensics}:${rest}`;
const MACHINE = ec2('instance/i-0a1b2c3d4e5f60718');
const VOLUME = ec2('volume/vol-0a1b2c3d4e5f60718');
const SNAPSHOT = `arn:aws:ec2:${HOME}::snapshot/snap-0a1b2c3d4e5f60718`;

const madeFor = (incident: string): Given => ({ [`aws:RequestTag/${TAGS.incident}`]: incident });
const of = (incident: string): Given => ({ [`aws:ResourceTag/${TAGS.incident}`]: incident });

/** Of a volume or snapshot of results, of whichever incident. */
const results = (incident: string, more: Given = {}): Given => ({
  ...of(incident),
  [`aws:ResourceTag/${TAGS.hop}`]: 'results',
  ...more,
});
const bornResults = (incident: string, more: Given = {}): Given => ({
  ...madeFor(incident),
  [`aws:RequestTag/${TAGS.hop}`]: 'results',
  [`aws:RequestTag/${TAGS.intermediate}`]: 'true',
  ...more,
});
/** Marked by one of its two marks alone. */
const halfMarked = (by: 'hop' | 'intermediate', more: Given = {}): Given => ({
  ...madeFor(INCIDENT),
  ...(by === 'hop'
    ? { [`aws:RequestTag/${TAGS.hop}`]: 'results' }
    : { [`aws:RequestTag/${TAGS.intermediate}`]: 'true' }),
  ...more,
});
const TO_EVIDENCE = { 'ec2:Add/userId': ACCOUNTS.evidence };
const FROM_EVIDENCE = { 'ec2:Remove/userId': ACCOUNTS.evidence };
const GOES_AGAIN = { [`aws:ResourceTag/${TAGS.intermediate}`]: 'true' };
/** Of a snapshot of results, of whichever incident: it bears both marks since its birth. */
const carried = (incident: string, more: Given = {}): Given => results(incident, { ...GOES_AGAIN, ...more });
/** What a snapshot is not shared without. */
const unmarked = (more: Given): readonly { readonly how: string; readonly given: Given }[] => [
  { how: 'in name, and means one of something else', given: { ...of(INCIDENT), ...GOES_AGAIN, ...more } },
  { how: 'in name, and means one that is to stay', given: results(INCIDENT, more) },
];

/** What carries results out, and ends the machine: the volume of results alone is snapshotted, its snapshot alone shared, and with evidence alone. */
const CARRYING: readonly {
  readonly does: string;
  readonly action: string;
  readonly on: string;
  readonly right: Given;
  readonly wrong: readonly { readonly how: string; readonly given: Given }[];
}[] = [
  ...(['ec2:DetachVolume', 'ec2:CreateSnapshot'] as const).map((action) => ({
    does: `calls ${action} on the volume of results`,
    action,
    on: VOLUME,
    right: results(INCIDENT),
    wrong: [
      { how: 'of another incident', given: results(OTHER_INCIDENT) },
      { how: 'in name, and means one that was made of evidence', given: of(INCIDENT) },
    ],
  })),
  {
    does: 'takes a volume from the machine of the incident',
    action: 'ec2:DetachVolume',
    on: MACHINE,
    right: of(INCIDENT),
    wrong: [{ how: 'in name, and means another machine', given: of(OTHER_INCIDENT) }],
  },
  {
    does: 'makes a snapshot of results, marked at its birth',
    action: 'ec2:CreateSnapshot',
    on: SNAPSHOT,
    right: bornResults(INCIDENT),
    wrong: [
      { how: 'as of another incident', given: bornResults(OTHER_INCIDENT) },
      { how: 'and does not mark it', given: madeFor(INCIDENT) },
      { how: 'and does not mark it as one that goes again', given: halfMarked('hop') },
      { how: 'and does not mark it as results', given: halfMarked('intermediate') },
      {
        how: 'and marks it as something else',
        given: bornResults(INCIDENT, { [`aws:RequestTag/${TAGS.hop}`]: 'evidence' }),
      },
    ],
  },
  {
    does: 'tags a snapshot of results at its birth',
    action: 'ec2:CreateTags',
    on: SNAPSHOT,
    right: bornResults(INCIDENT, { 'ec2:CreateAction': 'CreateSnapshot' }),
    wrong: [
      {
        how: 'and does not mark it as one that goes again',
        given: halfMarked('hop', { 'ec2:CreateAction': 'CreateSnapshot' }),
      },
      {
        how: 'and does not mark it as results',
        given: halfMarked('intermediate', { 'ec2:CreateAction': 'CreateSnapshot' }),
      },
      { how: 'when it is there already', given: bornResults(INCIDENT) },
      {
        how: 'as of another incident',
        given: bornResults(OTHER_INCIDENT, { 'ec2:CreateAction': 'CreateSnapshot' }),
      },
      {
        how: 'and does not mark it',
        given: { ...madeFor(INCIDENT), 'ec2:CreateAction': 'CreateSnapshot' },
      },
    ],
  },
  {
    does: 'shares a snapshot of results with the evidence account',
    action: 'ec2:ModifySnapshotAttribute',
    on: SNAPSHOT,
    right: carried(INCIDENT, TO_EVIDENCE),
    wrong: [
      {
        how: 'in name, and means another account',
        given: carried(INCIDENT, { 'ec2:Add/userId': ACCOUNTS.outside }),
      },
      { how: 'and with everybody', given: carried(INCIDENT, { ...TO_EVIDENCE, 'ec2:Add/group': 'all' }) },
      { how: 'of another incident', given: carried(OTHER_INCIDENT, TO_EVIDENCE) },
      ...unmarked(TO_EVIDENCE),
    ],
  },
  {
    does: 'takes the share of a snapshot of results back',
    action: 'ec2:ModifySnapshotAttribute',
    on: SNAPSHOT,
    right: carried(INCIDENT, FROM_EVIDENCE),
    wrong: [
      {
        how: 'and shares it with another account meanwhile',
        given: carried(INCIDENT, {
          ...FROM_EVIDENCE,
          'ec2:Add/userId': ACCOUNTS.outside,
        }),
      },
      {
        how: 'and shares it with everybody meanwhile',
        given: carried(INCIDENT, { ...FROM_EVIDENCE, 'ec2:Add/group': 'all' }),
      },
      {
        how: 'in name, and means that of another account',
        given: carried(INCIDENT, { 'ec2:Remove/userId': ACCOUNTS.outside }),
      },
      {
        how: 'of another incident',
        given: carried(OTHER_INCIDENT, FROM_EVIDENCE),
      },
      ...unmarked(FROM_EVIDENCE),
    ],
  },
  {
    does: 'deletes a snapshot of results that was marked for it at its birth',
    action: 'ec2:DeleteSnapshot',
    on: SNAPSHOT,
    right: results(INCIDENT, { [`aws:ResourceTag/${TAGS.intermediate}`]: 'true' }),
    wrong: [
      { how: 'in name, and means one without the mark', given: results(INCIDENT) },
      {
        how: 'in name, and means one of something else',
        given: { ...of(INCIDENT), [`aws:ResourceTag/${TAGS.intermediate}`]: 'true' },
      },
      {
        how: 'of another incident',
        given: results(OTHER_INCIDENT, { [`aws:ResourceTag/${TAGS.intermediate}`]: 'true' }),
      },
    ],
  },
  ...[
    { does: 'ends the machine', action: 'ec2:TerminateInstances', on: MACHINE },
    { does: 'deletes a volume that was made for the machine', action: 'ec2:DeleteVolume', on: VOLUME },
  ].map((one) => ({
    ...one,
    right: of(INCIDENT),
    wrong: [
      { how: 'of another incident', given: of(OTHER_INCIDENT) },
      { how: 'in name, and means one of no incident', given: {} },
    ],
  })),
];

/** That the examiner carries results out and nothing else, and ends the machine of its own incident alone. */
export const examinerResultsCases: readonly PowerCase[] = CARRYING.flatMap(
  ({ does, action, on, right, wrong }): readonly PowerCase[] => [
    { name: `the examiner ${does}`, as: 'examiner', action, on, given: right, answer: 'allowed' },
    ...wrong.map(({ how, given }): PowerCase => ({
      name: `the examiner ${does} ${how}`,
      as: 'examiner',
      action,
      on,
      given,
      answer: { notAllowedBy: 'identity' },
    })),
  ],
);
