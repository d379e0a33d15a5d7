import { digestOf, nextEntry, type CustodyEvent, type SignedEntry } from '@cordon/evidence';
import { instanceFacts } from '../plan/facts.ts';
import { plan } from '../plan/plan.ts';
import { CONTAIN_ONLY } from '../plan/posture.ts';
import { enterDisk } from '../workflow/disk.ts';
import { incidentRef } from '../workflow/incident-ref.ts';
import type { SealInput } from '../workflow/steps-io.ts';
import type { ReportSources } from './report-document.ts';

/** When the finding of the fixture arrived. */
export const AT = '2026-11-21T03:00:00.000Z';
const LATER = '2026-11-21T03:04:12.000Z';

/** The incident of the fixture. */
export const incident = incidentRef.parse({
  incidentId: 'inc-0123456789',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: 'f1',
  findingType: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  arrivedAt: AT,
  openedAt: AT,
  revision: 0,
});
/** Its plan: one interface, one disk. */
export const made = plan({
  incidentId: incident.incidentId,
  posture: CONTAIN_ONLY,
  facts: instanceFacts.parse({
    ...incident,
    state: 'running',
    spot: false,
    networkInterfaces: [
      { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-1'], requesterManaged: false },
    ],
    volumes: [{ volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true }],
    isolationGroups: [],
    addresses: [],
    readAt: AT,
  }),
});

/** What the seal step says of an incident that went well. */
export const told: SealInput = {
  incident,
  plan: made,
  outcomes: [
    { id: 'isolate-interface:eni-1', status: 'done', detail: 'eni-1 is in sg-2 alone', at: AT },
    {
      id: 'prove-containment',
      status: 'done',
      detail: 'it is not proved by flow logs that no packet passes; eni-1 has no flow log',
      at: LATER,
    },
  ],
  verification: { status: 'contained', open: [], containedAt: AT, attempt: 1, recheckAfterSeconds: 0 },
  disks: [
    {
      ...enterDisk({ volumeId: 'vol-1', sizeGiB: 8, encrypted: false }, 'snap-1', AT),
      phase: 'secured',
      evidenceSnapshotId: 'snap-0123456789abcdef9',
      locked: true,
    },
  ],
  decisions: [],
  examination: {
    phase: 'ready',
    machineId: 'i-0fedcba9876543210',
    volumes: [],
    startedAt: LATER,
    recheckAfterSeconds: 0,
  },
};

const KEY = 'arn:aws:kms:eu-central-1:602011150003:key/1f0c3a52-9f0d-4a8e-b4a3-0a0e6b1d7c11';

/** A ledger of these events, each signed as far as a report looks. */
const entriesOf = (events: readonly CustodyEvent[]): readonly SignedEntry[] => {
  const entries: SignedEntry[] = [];
  for (const event of events) {
    const entry = nextEntry(entries.at(-1), {
      incidentId: incident.incidentId,
      at: LATER,
      basis: event.kind === 'incident-opened' || event.kind === 'step-reported' ? 'reported' : 'observed',
      actor: 'arn:aws:lambda:eu-west-1:602011150003:function:cordon-recorder',
      event,
    });
    const digest = digestOf(entry);
    entries.push({
      entry,
      digest,
      signature: { algorithm: 'ECDSA_SHA_256', keyArn: KEY, keyFingerprint: digest, value: 'AAAA' },
    });
  }
  return entries;
};

const opened: CustodyEvent = {
  kind: 'incident-opened',
  account: incident.account,
  region: incident.region,
  instanceId: incident.instanceId,
  findingId: incident.findingId,
};
const secured: CustodyEvent = {
  kind: 'snapshot-secured',
  region: 'eu-central-1',
  snapshotId: 'snap-0123456789abcdef9',
  sourceVolumeId: 'vol-0123456789abcdef1',
  sourceSnapshotId: 'snap-0123456789abcdef1',
  keyArn: KEY,
  sizeGiB: 8,
  lockMode: 'governance',
  lockExpiresAt: '2027-02-19T03:04:04.470Z',
};

/** A finding as GuardDuty sends it, with `words` wherever somebody else may choose them. */
export const findingOf = (words: string): string =>
  JSON.stringify({
    schemaVersion: '2.0',
    accountId: incident.account,
    region: incident.region,
    partition: 'aws',
    id: 'f1',
    type: incident.findingType,
    severity: 8,
    title: words,
    description: words,
    createdAt: '2026-11-21T02:58:41.000Z',
    updatedAt: '2026-11-21T02:58:41.000Z',
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: incident.instanceId } },
    service: {
      serviceName: 'guardduty',
      resourceRole: 'ACTOR',
      eventFirstSeen: '2026-11-21T02:51:07.000Z',
      eventLastSeen: '2026-11-21T02:58:41.000Z',
      count: 1,
      archived: false,
    },
  });

/** What EC2 said of the instance, with `words` in its tags. */
const contextOf = (words: string): string =>
  JSON.stringify({
    readAt: AT,
    described: {
      instance: {
        InstanceType: 'm5.large',
        NetworkInterfaces: [{}],
        Tags: [
          { Key: 'Name', Value: words },
          { Key: words, Value: words },
        ],
      },
    },
  });

/** Everything that a report is made from, with `words` wherever somebody else may choose them. */
export const sourcesOf = (words: string): ReportSources => ({
  told: {
    ...told,
    outcomes: [...told.outcomes, { id: `protect:${words}`, status: 'failed', detail: words, at: AT }],
    disks: [
      ...told.disks,
      {
        ...enterDisk({ volumeId: words.slice(0, 2_000), sizeGiB: 1, encrypted: false }, undefined, AT),
        because: words.slice(0, 2_000),
      },
    ],
    verification: {
      status: 'open',
      open: [words],
      attempt: 3,
      recheckAfterSeconds: 0,
    },
    decisions: [
      {
        round: 1,
        outcome: 'refused',
        planHash: made.hash,
        at: AT,
        gates: [],
        by: { name: words.slice(0, 128) || 'x', arn: words.slice(0, 2_000) || 'x' },
        reason: words.slice(0, 500),
      },
    ],
  },
  entries: entriesOf([
    opened,
    secured,
    {
      kind: 'evidence-missing',
      subject: words.toWellFormed().slice(0, 300) || 'x',
      because: words.toWellFormed().slice(0, 300) || 'x',
    },
  ]),
  finding: findingOf(words),
  context: contextOf(words),
  writtenAt: '2026-11-21T03:30:00.000Z',
});

/** A report of an incident that went well. */
export const goodSources: ReportSources = {
  told,
  entries: entriesOf([
    opened,
    secured,
    {
      kind: 'step-reported',
      step: 'verify-containment',
      outcome: 'done',
      detail: { at: AT, leftOpen1: 'a connection lives on' },
    },
  ]),
  finding: findingOf('a finding'),
  context: contextOf('shop-web'),
  writtenAt: '2026-11-21T03:30:00.000Z',
};
