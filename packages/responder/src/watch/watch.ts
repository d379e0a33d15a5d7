import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  CONTAIN_ONLY,
  strengthen,
  decideOnDrift,
  driftFrom,
  ledgerOf,
  STATE_MACHINE_NAME,
  stepsOf,
  type Drift,
  type ExecutionInput,
  type IncidentRef,
  type Posture,
  type StepOf,
  type WatchInput,
  type WatchOutput,
} from '@cordon/incident';
import { faultCode, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { DENY_READS, INSPECT_READS, SESSION_DENY_READS } from '../needs/inspect.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, ofIncident, type Services } from '../services.ts';
import { isDenied } from '../steps/is-denied.ts';
import { describeInstance } from '../steps/inspect/describe.ts';
import { readFacts } from '../steps/inspect/read-facts.ts';
import { heldInstances, rememberDrift, type HeldInstance } from '../store/held-instances.ts';
import { nextRevision } from '../store/incident-table.ts';
import { about, tell } from '../store/notify.ts';
import { openingsOf, type Opening } from '../store/opening-rows.ts';
import { readKept, type KeptIncident } from '../store/release-table.ts';
import { knownOpenings } from './known-openings.ts';

/** Instances read side by side: each is two serial calls in a member account of its own. */
const SIDE_BY_SIDE = 10;
/** After this long no further instance is begun: the next run follows in minutes, and begins with the other end of the list. */
const BUDGET_MS = 150_000;

type Seen = WatchOutput['drifted'][number];

/**
 * Re-reads every instance whose containment was verified and that nobody released, and compares it with what containment
 * left. What drifted is contained again by a plan of its own, recorded in that plan's ledger, and told. Throws at the end
 * when an instance could not be read: nobody would know whether it is contained.
 */
export const watch = async ({ only }: WatchInput, services: Services): Promise<WatchOutput> => {
  const [all, openings] = await Promise.all([heldInstances(services, only), openingsOf(services)]);
  const held = all.filter(
    ({ incident, verified }) =>
      verified !== undefined && (only === undefined || incident.instanceId === only.instanceId),
  );
  const turned = turnBy(held, Math.floor(services.now() / 300_000));
  const endsAt = services.now() + BUDGET_MS;
  const drifted: Seen[] = [];
  const unread: string[] = [];
  let looked = 0;
  for (let at = 0; at < turned.length && services.now() < endsAt; at += SIDE_BY_SIDE) {
    const some = turned.slice(at, at + SIDE_BY_SIDE);
    looked += some.length;
    await Promise.all(
      some.map(async (one) => {
        try {
          const seen = await watchOne(one, openings, services);
          if (seen !== undefined) drifted.push(seen);
        } catch (error) {
          unread.push(`${one.incident.incidentId}: ${faultLine(error)}`);
        }
      }),
    );
  }
  if (unread.length > 0)
    throw new Error(
      `${unread.length} contained instance(s) could not be read, so that nobody knows whether they still are: ${unread.join('; ').slice(0, 2_000)}`,
    );
  return { looked, drifted };
};

/** Begins each run somewhere else, so that a budget that is too small leaves out no instance for good. */
const turnBy = <Value>(list: readonly Value[], turns: number): readonly Value[] => {
  const from = list.length === 0 ? 0 : (turns * SIDE_BY_SIDE) % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
};

const denialsOf = ({ journal }: KeptIncident): readonly StepOf<'deny-sessions'>[] => {
  const all = journal.plans.flatMap(({ plan }) => stepsOf(plan, 'deny-sessions'));
  return all.filter(({ profileArn }, at) => all.findIndex((one) => one.profileArn === profileArn) === at);
};

const watchOne = async (
  held: HeldInstance,
  openings: readonly Opening[],
  services: Services,
): Promise<Seen | undefined> => {
  const kept = await readKept(services, held.incident.incidentId);
  if (kept === undefined || kept.record.status === 'released') return undefined;
  const mine = openings.filter(({ incident }) => incident.incidentId === held.incident.incidentId);
  const drifts = await look(kept, mine, services);
  const { act, memory } = decideOnDrift(drifts, held.drift, services.now());
  if (memory !== undefined && JSON.stringify(memory) !== JSON.stringify(held.drift))
    await rememberDrift(services, kept.incident, memory);
  if (drifts.length === 0) return undefined;
  const seen = { incidentId: kept.incident.incidentId, drifts: drifts.map(({ id }) => id) };
  if (!act) return seen;
  const revision = await containAgain(kept, drifts, services);
  return { ...seen, ...(revision === undefined ? {} : { revision }) };
};

const look = async (
  kept: KeptIncident,
  openings: readonly Opening[],
  services: Services,
): Promise<readonly Drift[]> => {
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
  const [opened, described, ...denied] = await Promise.all([
    knownOpenings(clientFor(EC2Client, connection), openings, { journal, now: services.now() }),
    describeInstance(connection, incident.instanceId, { wanted: 'for-plan' }),
    ...denials.map(async (step) => ({
      profileArn: step.profileArn,
      because: await isDenied(iam, step, incident, services),
    })),
  ]);
  return driftFrom({
    journal,
    facts: readFacts(described, incident, instant(services)),
    deniesGone: denied.flatMap(({ profileArn, because }) =>
      because === undefined ? [] : [{ profileArn, because }],
    ),
    lifted: liftedSince(kept),
    opened,
  });
};

/** What people had lifted since the last plan: a plan that came after it contained that again. */
const liftedSince = ({ approved, undone, journal }: KeptIncident): ReadonlySet<string> =>
  new Set(
    [...approved.values()]
      .filter(({ plan }) => plan.revision === journal.revision)
      .flatMap(({ plan, steps }) =>
        steps.filter((id) => undone.get(`${plan.hash}#${id}`)?.status === 'done'),
      ),
  );

/** What was done to it once is done again without asking: nobody has lifted it. */
const postureOf = ({ journal }: KeptIncident): Posture => ({
  ...CONTAIN_ONLY,
  stop: journal.outcomes.some(({ outcome }) => outcome.id === 'stop-instance' && outcome.status === 'done')
    ? 'automatic'
    : 'never',
  because: ['the instance was contained and has drifted: what was done is done again'],
});

/** Starts a plan of its own for what drifted, as a later finding does; undefined when somebody else was faster. */
const containAgain = async (
  kept: KeptIncident,
  drifts: readonly Drift[],
  services: Services,
): Promise<number | undefined> => {
  const { incident, record } = kept;
  const posture = postureOf(kept);
  const counted = await nextRevision(services, incident.incidentId, {
    current: record.revision,
    posture: record.posture === undefined ? posture : strengthen(record.posture, posture),
    beside: [],
  });
  const revision = counted === 'beaten' ? undefined : counted;
  const reasons = drifts.map(({ what }) => what);
  if (revision !== undefined) await start(services, { ...incident, revision }, { posture, reasons });
  await tell(services, { kind: 'containment-drifted', ...about(incident), reasons });
  return revision;
};

const start = async (
  services: Services,
  incident: IncidentRef,
  of: { readonly posture: Posture; readonly reasons: readonly string[] },
): Promise<void> => {
  const { homeRegion, accounts } = services.config;
  // Takes the place of a finding's event: what the watch saw is the first thing in the plan's ledger.
  const event = JSON.stringify({
    source: 'cordon',
    'detail-type': 'Cordon containment drifted',
    detail: { incidentId: incident.incidentId, at: instant(services), reasons: of.reasons },
  });
  const input: ExecutionInput = { incident, event, posture: of.posture };
  try {
    await clientFor(SFNClient, { ...services.own, region: homeRegion }).send(
      new StartExecutionCommand({
        stateMachineArn: `arn:${services.partition}:states:${homeRegion}:${accounts.security}:stateMachine:${STATE_MACHINE_NAME}`,
        name: ledgerOf(incident).ledgerId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (faultCode(error) !== 'ExecutionAlreadyExists') throw error;
  }
};
