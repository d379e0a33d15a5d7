import type { EC2Client, TagSpecification } from '@aws-sdk/client-ec2';
import { ledgerOf, TAGS, type Examination, type IncidentRef } from '@cordon/incident';
import type { Connection } from '../aws/connection.ts';
import type { SessionPolicy } from '../needs/session-policy.ts';
import type { Services } from '../services.ts';

/** What a step at the forensic machine works with: a session of the examiner, and the incident that it is for. */
export interface MachineWork {
  readonly ec2: EC2Client;
  readonly incident: IncidentRef;
  readonly services: Services;
}

/** A session of the examiner, in the forensics account and the incident's Region, that may do what the policy says. */
export const reachMachine = (
  { region, incidentId }: IncidentRef,
  services: Services,
  policy: SessionPolicy,
): Promise<Connection> =>
  services.reach({
    partition: services.partition,
    account: services.config.accounts.forensics,
    region,
    duty: 'examiner',
    incidentId,
    policy,
  });

const RECHECK_AFTER_SECONDS = 15;

/** The examination, to be looked at again soon. */
export const again = (examination: Examination): Examination => ({
  ...examination,
  recheckAfterSeconds: RECHECK_AFTER_SECONDS,
});

/** The examination, at its end. */
export const ready = (examination: Examination): Examination => ({
  ...examination,
  phase: 'ready',
  recheckAfterSeconds: 0,
});

/** The examination, given up with its reason. */
export const failed = (examination: Examination, because: string): Examination => ({
  ...examination,
  phase: 'failed',
  recheckAfterSeconds: 0,
  because,
});

/** Tags of what is made for an incident's machine, from its birth: by them it is bounded, and ended. */
export const taggedFor = (
  incident: IncidentRef,
  kind: 'instance' | 'volume' | 'snapshot',
  more: Readonly<Record<string, string>> = {},
): TagSpecification[] => [
  {
    ResourceType: kind,
    Tags: Object.entries({
      [TAGS.incident]: incident.incidentId,
      [TAGS.ledger]: ledgerOf(incident).ledgerId,
      ...more,
    }).map(([Key, Value]) => ({ Key, Value })),
  },
];
