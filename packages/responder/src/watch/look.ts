import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  driftFrom,
  liftedBy,
  stepsOf,
  toLift,
  type AroundInstance,
  type Drift,
  type DriftInput,
  type Lift,
  type LiftOf,
  type StepOf,
} from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { DENY_READS, INSPECT_READS, SESSION_DENY_READS } from '../needs/inspect.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { readBalancers } from '../release/read-balancers.ts';
import { readPaths } from '../release/read-paths.ts';
import { carries } from '../release/read-release-facts.ts';
import { readVolumes } from '../release/read-volumes.ts';
import { instant, ofIncident, type Services } from '../services.ts';
import { describeInstance, type Described } from '../steps/inspect/describe.ts';
import { readFacts } from '../steps/inspect/read-facts.ts';
import { isDenied } from '../steps/is-denied.ts';
import { readDnsBlock } from '../steps/verify-dns.ts';
import type { Opening } from '../store/opening-rows.ts';
import type { KeptIncident } from '../store/release-table.ts';
import { knownOpenings } from './known-openings.ts';

/** Load balancers that a change named: looked at beside those that the instance left. */
export interface NamedBalancers {
  readonly targetGroupArns: readonly string[];
  readonly classic: readonly string[];
}

/** What a look goes by beside what the incident keeps. */
export interface Beside {
  readonly named: NamedBalancers;
  /** What is opened for a bounded time, of any incident. */
  readonly openings: readonly Opening[];
}

/** One look at a contained instance. */
export interface Look {
  readonly drifts: readonly Drift[];
  /** What people had lifted: no drift, and left so. */
  readonly lifted: ReadonlySet<string>;
}

const denialsOf = ({ journal }: KeptIncident): readonly StepOf<'deny-sessions'>[] => {
  const all = journal.plans.flatMap(({ plan }) => stepsOf(plan, 'deny-sessions'));
  return all.filter(({ profileArn }, at) => all.findIndex((one) => one.profileArn === profileArn) === at);
};

/** What people had lifted, as the table says it now. */
export const liftedIn = ({ journal, approved, undone }: KeptIncident, now: number): ReadonlySet<string> =>
  liftedBy(
    journal,
    [...approved.values()].map(({ plan, steps, at }) => ({
      revision: plan.revision,
      approvedAt: at,
      steps: steps.map((id) => {
        const said = undone.get(`${plan.hash}#${id}`);
        return { id, ...(said === undefined ? {} : { said }) };
      }),
    })),
    now,
  );

/** DNS blocks that do not hold, and why; one that Route 53 is putting in place still is no drift. */
const blocksGoneOf = async (
  lifts: readonly Lift[],
  { incident }: KeptIncident,
  services: Services,
): Promise<DriftInput['blocksGone']> => {
  const blocks = lifts.filter((lift): lift is LiftOf<'unblock-dns'> => lift.kind === 'unblock-dns');
  const looks = await Promise.all(
    blocks.map(async (block) => ({
      vpcId: block.vpcId,
      ...(await readDnsBlock(block, incident, services)),
    })),
  );
  return looks
    .filter(({ settles }) => !settles)
    .flatMap(({ vpcId, open }) => open.map((because) => ({ vpcId, because })));
};

const taggedOf = ({ instance, interfaces }: Described, incidentId: string): readonly string[] => [
  ...(carries(instance?.Tags, incidentId) ? [instance?.InstanceId ?? ''] : []),
  ...interfaces.flatMap((nic) => (carries(nic.TagSet, incidentId) ? [nic.NetworkInterfaceId ?? ''] : [])),
];

/** Reads an instance, and what containment changed around it, in one round side by side, and says what drifted. Changes nothing. */
export const look = async (
  kept: KeptIncident,
  { named, openings }: Beside,
  services: Services,
): Promise<Look> => {
  const { incident, journal } = kept;
  const denials = denialsOf(kept);
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({
      reads: [
        ...new Set([...INSPECT_READS, ...DENY_READS, ...denials.flatMap(({ by }) => SESSION_DENY_READS[by])]),
      ],
    }),
  });
  const iam = clientFor(IAMClient, connection);
  const lifts = toLift(journal).flatMap(({ lift, done }) => (done ? [lift] : []));
  const as = { services, incident, duty: 'inspect' as const };
  const [described, opened, paths, balancers, volumes, blocksGone, ...denied] = await Promise.all([
    describeInstance(connection, incident.instanceId, { wanted: 'for-plan' }),
    knownOpenings(
      clientFor(EC2Client, connection),
      openings.filter((one) => one.incident.incidentId === incident.incidentId),
      { journal, now: services.now() },
    ),
    readPaths(lifts, as),
    readBalancers(lifts, { ...as, also: named }),
    readVolumes(clientFor(EC2Client, connection), lifts, incident),
    blocksGoneOf(lifts, kept, services),
    ...denials.map(async (step) => ({
      profileArn: step.profileArn,
      because: await isDenied(iam, step, incident, services),
    })),
  ]);
  const around: AroundInstance = {
    paths,
    balancers,
    volumes: volumes.volumes,
    tagged: [...taggedOf(described, incident.incidentId), ...volumes.tagged],
  };
  const lifted = liftedIn(kept, services.now());
  return {
    lifted,
    drifts: driftFrom({
      journal,
      facts: readFacts(described, incident, instant(services)),
      around,
      deniesGone: denied.flatMap(({ profileArn, because }) =>
        because === undefined ? [] : [{ profileArn, because }],
      ),
      blocksGone,
      lifted,
      opened,
    }),
  };
};
