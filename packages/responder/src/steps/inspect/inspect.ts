import { gzipSync } from 'node:zlib';
import {
  FORGED_START,
  needsMachine,
  MANUAL_SEVERITY,
  MANUAL_TYPE,
  plan,
  planAskedAnew,
  roundsOf,
  standingPosture,
  withinReach,
  whyForged,
  type CordonConfig,
  type InspectInput,
  type InstanceFacts,
  type InspectOutput,
  type PlanInput,
  type Posture,
  type PreviewInput,
  type PreviewOutput,
  type ReplacementRight,
} from '@cordon/incident';
import { classify } from '../../aws/classify.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { BALANCER_READS, INSPECT_READS, KEY_READ } from '../../needs/inspect.ts';
import { instant, type Services, ofIncident } from '../../services.ts';
import { holder, readIncident } from '../../store/incident-table.ts';
import { replacementSoFar } from '../../store/replacement-rows.ts';
import { lookForBalancers } from '../look-for-balancers.ts';
import { describeInstance, type Wanted } from './describe.ts';
import { judgeGroup, readGroupAhead } from './judge-group.ts';
import { readFacts } from './read-facts.ts';

type Known = Awaited<ReturnType<typeof readIncident>>;

/**
 * What the table knows of the incident; throws what the workflow takes for a forged start where it knows another. A table
 * that cannot be read stops no containment: the first plan then goes on unchecked, and what is in custody is not known.
 */
const known = async (
  { incident, execution }: InspectInput,
  services: Services,
): Promise<
  Pick<Known, 'inCustody' | 'denied' | 'findings'> &
    Pick<ReplacementRight, 'sofar'> & {
      readonly contained: boolean;
      readonly captured: boolean;
      readonly asked: boolean;
    }
> => {
  const [row, held] = await Promise.all([
    readIncident(services, incident.incidentId),
    holder(services, incident),
  ]).catch((error: unknown) => {
    if (incident.revision > 0) throw error;
    services.log({
      level: 'error',
      message: 'the incident table cannot be read',
      code: classify(error).code,
    });
    return [];
  });
  if (row === undefined)
    return { inCustody: [], denied: [], findings: [], contained: false, captured: false, asked: false };
  const why = whyForged(incident, execution, { holder: held, revision: row.record?.revision });
  if (why !== undefined) throw Object.assign(new Error(why), { name: FORGED_START });
  return {
    ...row,
    ...replacementSoFar(row.rows),
    contained: row.record?.containedAt !== undefined,
    captured: triedToCapture(row),
    asked: triedToAsk(row),
  };
};

/** What the deployment has for asking a host; a plan that comes after one that asked does not ask again. */
const liveRight = ({ evidence: { memory } }: CordonConfig, asked: boolean): PlanInput['liveResponse'] =>
  memory === undefined ? undefined : { liveResponse: memory.liveResponse === true, asked };

/** Whether an earlier plan of the incident captured memory, or tried to. */
const triedToCapture = ({ steps }: Pick<Known, 'steps'>): boolean =>
  steps.some((step) => step.startsWith('step#capture-memory'));

/** Whether an earlier plan of the incident asked the host, or tried to. */
const triedToAsk = ({ steps }: Pick<Known, 'steps'>): boolean =>
  steps.some((step) => step.startsWith('step#live-response'));

/** Of an incident that was started without saying what is allowed. */
const standing = (
  { findingType, severity, account }: Pick<InspectInput['incident'], 'findingType' | 'severity' | 'account'>,
  { config }: Services,
): Posture => standingPosture(config.policy, { findingType, severity, account });

/**
 * Gathers what is true of the instance before any change, and plans. Changes nothing. Serial calls: two (assume the duty,
 * then one round of reads side by side; the table is asked beside both). A member of an Auto Scaling group whose finding did
 * not name the group costs two more, for the group's row.
 */
export const inspect = async (input: InspectInput, services: Services): Promise<InspectOutput> => {
  const { incident } = input;
  const asked = known(input, services);
  // It is awaited below; until then a refusal must not count as unhandled.
  asked.catch(() => {});
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({ reads: [...INSPECT_READS, KEY_READ] }),
  });
  const allowed = input.posture ?? standing(incident, services);
  const [described, { inCustody, denied, findings, contained, captured, asked: hostAsked, sofar }, ahead] =
    await Promise.all([
      describeInstance(connection, incident.instanceId, forPlan(allowed)),
      asked,
      readGroupAhead(incident, services),
    ]);
  const facts = withFarEnds(readFacts(described, incident, instant(services)), findings);
  const group = facts.autoScalingGroup;
  const posture =
    // A later plan of a contained instance keeps it so.
    group === undefined || contained
      ? allowed
      : await judgeGroup({ incident, posture: allowed, group, connection }, ahead, services);
  const from = planInputOf(
    {
      incidentId: incident.incidentId,
      facts,
      posture,
      again: incident.revision > 0,
      captured,
      asked: hostAsked,
    },
    services,
    sofar,
  );
  // What is planned anew leaves lifted what the plan that was asked about left so.
  const afterDrift =
    input.afterDrift ??
    (input.asked?.lifted === undefined ? undefined : { lifted: input.asked.lifted, beyond: [] });
  const planned =
    input.asked === undefined
      ? plan({ ...from, inCustody, denied, afterDrift })
      : planAskedAnew(input.asked, { ...from, afterDrift });
  return {
    facts,
    plan: planned,
    rounds: roundsOf(planned),
    context: gzipSync(JSON.stringify({ readAt: facts.readAt, described })).toString('base64'),
  };
};

/** What is read for a plan: of a host that may be ended, or whose memory is wanted, what the machine is too; for a management path, the endpoints. */
const forPlan = (allowed: Posture): Wanted => ({
  wanted: 'for-plan',
  needsMachine: needsMachine(allowed),
  mayKeepPath: allowed.managementPath !== 'never',
  mayAskAgent: allowed.managementPath !== 'never' || allowed.memory !== 'never',
});

/** The facts with what the incident's findings saw at the far end of the instance's connections, and what names it asked for. */
const withFarEnds = (facts: InstanceFacts, findings: Known['findings']): InstanceFacts => ({
  ...facts,
  remoteAddresses: findings.flatMap(({ remoteAddresses }) => remoteAddresses),
  domains: findings.flatMap(({ domains }) => domains),
});

/** What the deployment has for capturing memory; a plan that comes after a capture has none of its own. */
const memoryRight = ({ evidence: { memory } }: CordonConfig, captured: boolean): PlanInput['memory'] =>
  memory === undefined ? undefined : { ...memory, captured };

const planInputOf = (
  known: Pick<PlanInput, 'incidentId' | 'facts' | 'posture' | 'again'> & {
    readonly captured?: boolean;
    readonly asked?: boolean;
  },
  { config }: Services,
  sofar: ReplacementRight['sofar'],
): PlanInput => ({
  incidentId: known.incidentId,
  facts: known.facts,
  posture: withinReach(known.posture, config.containment.beyondInstance),
  ...(known.again === undefined ? {} : { again: known.again }),
  sessionDeny: config.containment.sessionDeny,
  ownDomains: config.containment.ownDomains,
  crashGraceSeconds: config.containment.crashGraceSeconds,
  managementPathMinutes: config.containment.managementPathMinutes,
  memory: memoryRight(config, known.captured ?? false),
  liveResponse: liveRight(config, known.asked ?? false),
  blockHashes: config.evidence.blockHashes,
  disks: { image: config.evidence.image },
  keeping: config.evidence,
  places: config,
  replacement: {
    mayLaunch: config.containment.replacement !== undefined,
    ...(sofar === undefined ? {} : { sofar }),
  },
});

/** What would be planned for an instance now: the same reads and the same code, and nothing is kept. */
export const previewPlan = async ({ preview }: PreviewInput, services: Services): Promise<PreviewOutput> => {
  const { account, region, instanceId, incidentId, posture, balancers = false } = preview;
  const connection = await services.reach({
    partition: services.partition,
    account,
    region,
    incidentId,
    duty: 'inspect',
    policy: sessionPolicy({
      reads: [...INSPECT_READS, KEY_READ, ...(balancers ? BALANCER_READS : [])],
    }),
  });
  const allowed =
    posture ?? standing({ findingType: MANUAL_TYPE, severity: MANUAL_SEVERITY, account }, services);
  const [described, { findings, record, rows, steps }] = await Promise.all([
    // Nobody's isolation waits for this one: it looks at keys whatever the policy wants.
    describeInstance(connection, instanceId, { ...forPlan(allowed), needsKeys: true }),
    readIncident(services, incidentId),
  ]);
  const facts = withFarEnds(readFacts(described, preview, instant(services)), findings);
  const again = (record?.revision ?? 0) > 0;
  const { sofar } = replacementSoFar(rows);
  const from = planInputOf(
    {
      incidentId,
      facts,
      posture: allowed,
      again,
      captured: triedToCapture({ steps }),
      asked: triedToAsk({ steps }),
    },
    services,
    sofar,
  );
  const planned = plan(from);
  if (!balancers) return { facts, plan: planned };
  const { networkInterfaces } = facts;
  const sought = {
    instanceId,
    vpcIds: networkInterfaces.map(({ vpcId }) => vpcId),
    addresses: networkInterfaces.flatMap(({ privateIps }) => privateIps ?? []),
  };
  return { facts: { ...facts, balancers: await lookForBalancers(connection, sought) }, plan: planned };
};
