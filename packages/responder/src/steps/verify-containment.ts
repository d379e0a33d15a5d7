import { DescribeIamInstanceProfileAssociationsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  climbedSentences,
  heldBack,
  ledgerOf,
  nextRung,
  QUARANTINE_PROFILE_NAME,
  sinceArrivalLine,
  stepsOf,
  stepsToDo,
  stillOpen,
  type Held,
  type IncidentRef,
  type OpenPath,
  type Plan,
  type PlanStep,
  type StepOutcome,
  type VerifyInput,
  type VerifyOutput,
} from '@cordon/incident';
import { classify, faultLine } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { hearing, reads, tellCalls } from '../aws/heard-calls.ts';
import { SESSION_DENY_READS, VERIFY_READS } from '../needs/inspect.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, type Services, ofIncident } from '../services.ts';
import { saveStatus } from '../store/incident-table.ts';
import { markVerified } from '../store/held-instances.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { openDns } from './verify-dns.ts';
import { isDoneByNow, readPaths } from './verify-paths.ts';
import { isDenied } from './is-denied.ts';
import { lookAtHost, type Look } from './look-at-host.ts';
import { lookAtNetwork } from './look-at-network.ts';

/** Looks before giving up: the association of a profile takes seconds, reads after a change may lag. */
const LOOKS = 12;
const RECHECK_AFTER_SECONDS = 3;
/** Where nothing but a DNS block is awaited: an association may take a minute or more (UNCONFIRMED). */
const RECHECK_DNS_AFTER_SECONDS = 10;

/**
 * Says "contained" only after reading back every interface that the instance has *now*, the rules of their groups, the
 * public addresses, the profile and the session deny. Reads with the inspect duty: it does not take the word of the duty
 * that acted. A quarantine profile that is still being associated is no open path: the deny holds for whatever the metadata
 * service hands out meanwhile. What the plan leaves open (connections tracked before, to addresses that no finding names) is part of
 * the statement, for the empty group does not end it.
 *
 * What stays open after the bounded looks is climbed from, where the policy says so: the answer names the next rung, and the workflow
 * comes back when it was tried.
 */
export const verifyContainment = async (input: VerifyInput, services: Services): Promise<VerifyOutput> => {
  const { incident, plan } = input;
  const attempt = input.attempt + 1;
  const answer: Answering = (status, open, more = {}) => ({
    status,
    open: [...open],
    attempt,
    recheckAfterSeconds: status === 'pending' ? RECHECK_AFTER_SECONDS : 0,
    ...more,
  });
  if (plan.outcome === 'nothing-to-contain') return answer('nothing-to-contain', []);
  if (plan.outcome === 'ask') return answer('open', plan.reasons);
  const waits = heldBack(plan, input);
  const { given: look, ...heard } = await hearing(services.now, () => lookAtAll(input, services), reads);
  const readBack = tellCalls(heard);
  const failed = input.outcomes.filter((outcome: StepOutcome) => outcome.status !== 'done');
  const open = [
    ...look.open.map(({ what }) => what),
    ...(look.open.length === 0
      ? []
      : failed.map((outcome) => `${outcome.id} ${outcome.status}: ${outcome.detail}`)),
  ];
  // What waits for a person leaves paths open that no second look would find closed.
  const mayClose = look.open.length > 0 && (look.maySettle || (attempt < 3 && waits.length === 0));
  if (mayClose && attempt < LOOKS)
    return answer('pending', open, look.slowly ? { recheckAfterSeconds: RECHECK_DNS_AFTER_SECONDS } : {});
  const climb = nextRung(plan, { open: look.open, held: look.held, tried: input.climbed });
  if (climb !== undefined) return climbAnswer({ input, climb, open, readBack, services }, answer);
  // Whatever the look found: while something is held back, "contained" is not said.
  if (waits.length > 0) return heldBackAnswer({ incident, waits, open, services }, answer);
  const at = instant(services);
  const contained = look.open.length === 0;
  const leftOpen = leftOpenNow(input, look);
  if (contained) services.log(sinceArrivalLine('SecondsToContained', incident, Date.parse(at)));
  const heldByRungs = look.endedByRungs.map(({ what }) => what);
  const byRungs = heldByRungs.length === 0 ? {} : { heldByRungs };
  await Promise.all([
    saveStatus(
      services,
      incident.incidentId,
      contained ? 'contained' : 'containment-open',
      contained ? at : undefined,
    ),
    tell(services, {
      kind: contained ? 'contained' : 'containment-open',
      ...about(incident),
      reasons: contained ? [...leftOpen] : [...open, ...climbedSentences(plan, input.climbed)],
    }),
    recordContainment(services, input, {
      outcome: contained ? 'done' : 'failed',
      at,
      says: { leftOpen },
      readBack,
    }),
    ...(contained ? [markVerified(services, incident, ownersOf(plan, incident))] : []),
  ]);
  return contained ? answer('contained', [], { containedAt: at, ...byRungs }) : answer('open', open);
};

/** The calls of the last look, by which "contained" was said. */
type ReadBack = ReturnType<typeof tellCalls>;

type Answering = (
  status: VerifyOutput['status'],
  open: readonly string[],
  more?: Partial<Pick<VerifyOutput, 'containedAt' | 'climb' | 'heldByRungs' | 'recheckAfterSeconds'>>,
) => VerifyOutput;

/** What the plan leaves open, as it is after what was climbed, and what holds by that alone. */
const leftOpenNow = (
  { plan, climbed }: VerifyInput,
  { held, endedByRungs }: LookAtAll,
): readonly string[] => [
  ...plan.leftOpen,
  ...climbedSentences(plan, climbed),
  ...endedByRungs.map(
    ({ what }) => `${what}: this is closed by what was climbed to alone, and opens with it`,
  ),
  ...(held.stopped ? ['the instance was read back as stopped: no connection of its own lives on'] : []),
];

/** What is open is told with what is climbed to, and what that does to others; then it is done. */
const climbAnswer = async (
  found: {
    readonly input: VerifyInput;
    readonly climb: NonNullable<VerifyOutput['climb']>;
    readonly open: readonly string[];
    readonly readBack: ReadBack;
    readonly services: Services;
  },
  answer: Answering,
): Promise<VerifyOutput> => {
  const { input, climb, open, readBack, services } = found;
  const climbs = climbedSentences(input.plan, climb.only);
  await Promise.all([
    saveStatus(services, input.incident.incidentId, 'containment-open'),
    tell(services, {
      kind: 'containment-climbed',
      ...about(input.incident),
      subject: climb.rung,
      reasons: [...open, ...climbs],
    }),
    recordContainment(services, input, {
      outcome: 'failed',
      at: instant(services),
      says: { open, climbs },
      readBack,
    }),
  ]);
  return answer('open', open, { climb });
};

/** Other accounts, in which the plan changes networks that they share with the instance's. */
const ownersOf = ({ steps }: Plan, { account }: IncidentRef): readonly string[] => [
  ...new Set(steps.flatMap((step) => ('account' in step && step.account !== account ? [step.account] : []))),
];

/** What was allowed is done; what is open is told, and that it waits, or was refused. */
const heldBackAnswer = async (
  found: {
    readonly incident: IncidentRef;
    readonly waits: readonly PlanStep[];
    readonly open: readonly string[];
    readonly services: Services;
  },
  answer: Answering,
): Promise<VerifyOutput> => {
  const { incident, waits, services } = found;
  const open = [`not allowed: ${waits.map(({ id }) => id).join(', ')}`, ...found.open];
  await Promise.all([
    saveStatus(services, incident.incidentId, 'held-back'),
    tell(services, { kind: 'containment-held-back', ...about(incident), reasons: open }),
  ]);
  return answer('held-back', open);
};

/** Custody of what was done in the member account, as reported; a recorder in trouble must not turn "contained" into "open". */
const recordContainment = async (
  services: Services,
  { incident, plan }: VerifyInput,
  said: {
    readonly outcome: 'done' | 'failed';
    readonly at: string;
    /** Sentences by name: numbered, for an entry holds texts alone. */
    readonly says: Readonly<Record<string, readonly string[]>>;
    readonly readBack: ReadBack;
  },
): Promise<void> => {
  const { outcome, at, says, readBack } = said;
  try {
    await record(services, {
      kind: 'steps',
      ...ledgerOf(incident),
      steps: [
        {
          step: 'verify-containment',
          outcome,
          ...readBack,
          detail: {
            at,
            account: incident.account,
            region: incident.region,
            instance: incident.instanceId,
            planHash: plan.hash,
            secondsAfterEvent: String((Date.parse(at) - Date.parse(incident.arrivedAt)) / 1_000),
            ...Object.fromEntries(
              Object.entries(says).flatMap(([name, sentences]) =>
                sentences.map((sentence, index) => [`${name}${index + 1}`, sentence]),
              ),
            ),
          },
        },
      ],
    });
  } catch (error) {
    faultLine(error);
  }
};

/** What all looks together say. */
interface LookAtAll extends Pick<Look, 'open' | 'maySettle'> {
  readonly held: Held;
  /** What would be open, were it not for rungs that hold. */
  readonly endedByRungs: readonly OpenPath[];
  /** True when nothing but a DNS block is awaited. */
  readonly slowly: boolean;
}

/** All that is open now, less what rungs that were read back have ended. */
const lookAtAll = async (input: VerifyInput, services: Services): Promise<LookAtAll> => {
  const { incident, plan } = input;
  const [seen, paths, dns] = await Promise.all([
    lookNow(input, services),
    readPaths({ incident, plan, isWanted: isDoneByNow(input) }, services),
    openDns(input, services),
  ]);
  const held = { ...paths.held, stopped: seen.stopped ?? false, subnetIds: seen.subnetIds ?? [] };
  // Queries to the VPC's resolver pass ACLs and need no route: a stop alone ends them.
  const byDns = dns.open.map((what): OpenPath => ({ what, reach: 'host' }));
  const others = [...seen.open, ...paths.open];
  const all = [...others, ...byDns];
  const open = stillOpen(all, held);
  return {
    open,
    endedByRungs: all.filter((path) => !open.includes(path)),
    maySettle: seen.maySettle || dns.settles,
    slowly: dns.settles && stillOpen(others, held).length === 0,
    held,
  };
};

/** A member that cannot be read gives its reason: what cannot be verified is not said to hold. A bug of ours is thrown on. */
const lookNow = async (input: VerifyInput, services: Services): Promise<Look> => {
  try {
    return await lookAtInstance(input, services);
  } catch (error) {
    const { retryable } = classify(error);
    return {
      open: [{ what: `the instance cannot be read back: ${faultLine(error)}`, reach: 'subnet' }],
      maySettle: retryable,
    };
  }
};

const lookAtInstance = async (input: VerifyInput, services: Services): Promise<Look> => {
  const { incident, plan } = input;
  const metadataOff = stepsToDo(input, 'turn-metadata-off').length > 0;
  const mayBeStopped = stepsOf(plan, 'stop-instance').some(({ gate }) => gate === 'climb');
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({
      reads: [
        ...VERIFY_READS,
        ...(metadataOff || mayBeStopped ? ['ec2:DescribeInstances'] : []),
        ...stepsOf(plan, 'deny-sessions').flatMap(({ by }) => SESSION_DENY_READS[by]),
      ],
    }),
  });
  const looks = await Promise.all([
    lookAtNetwork(connection, input),
    lookAtCredentials(connection, incident, plan, services),
    ...(metadataOff || mayBeStopped ? [lookAtHost(connection, incident, metadataOff)] : []),
  ]);
  return {
    open: looks.flatMap(({ open }) => open),
    maySettle: looks.some(({ maySettle }) => maySettle),
    subnetIds: [...new Set(looks.flatMap(({ subnetIds = [] }) => subnetIds))],
    stopped: looks.some(({ stopped }) => stopped === true),
  };
};

const lookAtCredentials = async (
  connection: Connection,
  incident: IncidentRef,
  plan: Plan,
  services: Services,
): Promise<Look> => {
  const denials = stepsOf(plan, 'deny-sessions');
  const ec2 = clientFor(EC2Client, connection);
  const { IamInstanceProfileAssociations: associations = [] } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({
      Filters: [{ Name: 'instance-id', Values: [incident.instanceId] }],
    }),
  );
  const current = associations.filter(({ State }) => State !== 'disassociated');
  const foreign = (plan.lifted?.includes('end-quarantine-profile') === true ? [] : current).filter(
    ({ IamInstanceProfile }) => IamInstanceProfile?.Arn?.endsWith(`/${QUARANTINE_PROFILE_NAME}`) !== true,
  );
  const settling = foreign.some(({ State }) => State === 'disassociating');
  const iam = clientFor(IAMClient, connection);
  const notDenied = await Promise.all(denials.map((deny) => isDenied(iam, deny, incident, services)));
  return {
    open: [
      ...foreign.map(({ IamInstanceProfile, State }): OpenPath => ({
        what: `profile ${IamInstanceProfile?.Arn} is ${State}`,
        reach: 'host',
      })),
      // Credentials that were taken along work anywhere.
      ...notDenied.flatMap((what): OpenPath[] => (what === undefined ? [] : [{ what, reach: 'elsewhere' }])),
    ],
    maySettle: settling,
  };
};
