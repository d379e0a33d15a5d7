import { ownEvent } from './own-event.ts';
import { ending } from './policies.ts';
import type { Scenario } from './scenario.ts';

/** Accounts of the matrix of keys. */
const MATRIX_ACCOUNTS = ['602011160021', '602011160022', '602011160023'];

/** Scenarios about disks: their keys, their number, their kinds. */
export const diskScenarios = (richest: Scenario): readonly Scenario[] => [
  {
    ...richest,
    name: 'key-matrix',
    about:
      'fifteen cases of volume keys in three accounts: each ends in a verified, locked copy or in the reason that is true of its key',
    deliveries: (seed) =>
      MATRIX_ACCOUNTS.map((account, index) => ({
        document: ownEvent({ seed: `${seed}/${account}`, profile: true, account }),
        afterMs: index * 2_000,
      })),
    keyMatrix: true,
    incidents: 3,
  },
  {
    ...richest,
    name: 'copy-queue',
    about:
      'twenty-seven volumes in three accounts at once, where EC2 runs twenty copies: they wait in one queue, root disks first, accounts by turns, and no slot rests',
    deliveries: (seed) =>
      MATRIX_ACCOUNTS.map((account, index) => ({
        document: ownEvent({ seed: `${seed}/${account}`, profile: true, account }),
        afterMs: index * 2_000,
      })),
    moreVolumes: 6,
    incidents: 3,
  },
  {
    ...richest,
    name: 'every-disk',
    about:
      'the policy stops the host, and its disks are of every kind: a Marketplace root, one that a neighbour has too, one whose key is disabled, one under aws/ebs where the slots for copies are taken, and an instance store',
    policy: ending,
    oddDisks: true,
    moreVolumes: 1,
  },
];
