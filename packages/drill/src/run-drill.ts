import type { CordonConfig } from '@cordon/incident';
import { EVENT_SOURCE, FINDINGS_QUEUE_NAME } from '@cordon/incident';
import { sqsState } from '@cordon/local-aws';
import { BadInput } from './raw/bad-input.ts';
import { isObject, textsIn, type Json } from './raw/raw-json.ts';
import { readDocuments } from './raw/read-documents.ts';
import { readRawFinding, whatNoWorldHas, type RawFinding } from './raw/raw-finding.ts';
import { judge } from './judge/judge.ts';
import type { DrillResult } from './result.ts';
import type { Delivery, RunRecord, Suspect, Through } from './run-record.ts';
import { readMembers } from './raw/read-members.ts';
import { scenarioNamed } from './scenarios/index.ts';
import type { PlannedDelivery, Scenario } from './scenarios/scenario.ts';
import { buildOrganization, type Conditions } from './world/build-organization.ts';
import { findingOfDecoy, runDecoy } from './world/decoy.ts';
import { answering } from './world/people-answer.ts';
import { standingOf } from './world/standing.ts';
import { acting } from './world/people-act.ts';
import { HOSTILE_TAG } from './world/furnish-suspect.ts';
import { assumeByChain } from './world/role-chain.ts';
import { swapPlainly } from './world/plain-swap-twin.ts';
import { furnishFlowLogs } from './world/furnish-flow-logs.ts';
import { flipCopies } from './world/flip-copies.ts';
import { putGroupsBack } from './world/put-groups-back.ts';
import { plantInto } from './world/plant-finding.ts';
import { choicesOf } from './world/seed.ts';

/** What a drill is asked to do. */
export interface DrillOptions {
  readonly config: CordonConfig;
  readonly scenario: string;
  readonly seed: string;
  readonly through: Through;
  /** Text and name of a file of events that takes the place of the scenario's own. */
  readonly finding?: { readonly text: string; readonly name: string };
  /** Leaves the findings out of GuardDuty. */
  readonly forged: boolean;
  /** Text and name of a file of member accounts. */
  readonly members?: { readonly text: string; readonly name: string };
  /** Whether every call is listed in the result. */
  readonly listCalls: boolean;
  /** How functions run and what goes wrong; as built and nothing, when absent. */
  readonly conditions?: Conditions;
}

/** One line of progress: virtual milliseconds since the first event, and what happened. */
export interface Progress {
  readonly afterMs: number;
  readonly what: string;
}

/** A finished drill. `close` ends the workers. */
export interface FinishedDrill {
  readonly result: DrillResult;
  readonly record: RunRecord;
  readonly close: () => Promise<void>;
}

/** When the people of the twin's account have an empty group on it: about as soon as Cordon has. */
const PLAIN_SWAP_AFTER_MS = 3_000;

/** Nothing may take longer than this, in virtual milliseconds: disks are given up after a day. */
const LONGEST_MS = 4 * 86_400_000;

/** Runs one drill: builds the world, lets the events arrive, lets time pass, judges. Throws BadInput before anything is built. */
export const runDrill = async (
  options: DrillOptions,
  progress: (line: Progress) => void,
): Promise<FinishedDrill> => {
  const scenario = scenarioNamed(options.scenario);
  const planned = deliveriesOf(options, scenario.deliveries(options.seed));
  const findings = planned.map(({ document }) => readRawFinding(document));
  refuseWhatNoWorldHas(findings);
  const members =
    options.members === undefined ? undefined : readMembers(options.members.text, options.members.name);
  const { organization, suspects, plainSwapTwin, roleChain } = await buildOrganization({
    seed: options.seed,
    config: options.config,
    scenario,
    findings,
    members,
    ...(options.conditions === undefined ? {} : { conditions: options.conditions }),
  });
  if (roleChain !== undefined) await assumeByChain(organization, suspects, roleChain);
  const deliveries = await schedule(
    { organization, options, progress, beganAt: organization.timeline.now() },
    planned.map((delivery, index) => ({ delivery, finding: findings[index] ?? readRawFinding(null) })),
  );
  if (scenario.decoy === true) deliveries.push(...(await heardOfDecoy(organization, options, suspects)));
  if (plainSwapTwin !== undefined)
    organization.timeline.at(organization.timeline.now() + PLAIN_SWAP_AFTER_MS, () => {
      swapPlainly(organization, plainSwapTwin).catch((error: unknown) => organization.timeline.fail(error));
    });
  if (scenario.putsGroupsBack === true) putGroupsBack(organization, suspects);
  if (scenario.flipsCopies === true) flipCopies(organization, options.config, suspects);
  if (scenario.flowLogs === true) furnishFlowLogs(organization, suspects);
  const record: RunRecord = {
    organization,
    accounts: options.config.accounts,
    homeRegion: options.config.homeRegion,
    policy: scenario.policy ?? options.config.policy,
    suspects: suspects.map((suspect) => ({
      ...suspect,
      before: standingOf(organization.world, suspect),
    })),
    ...(plainSwapTwin === undefined ? {} : { plainSwapTwin }),
    ...(roleChain === undefined ? {} : { roleChain }),
    deliveries,
    through: options.through,
    seed: options.seed,
    hostileTexts: hostileTexts(findings),
  };
  try {
    const result = await livedThrough(record, { options, scenario, progress });
    return { result, record, close: () => organization.close() };
  } catch (error) {
    // Workers that are left keep the process from its end, and whoever waits for it from the error.
    await organization.close();
    throw error;
  }
};

/** Lets time pass, people answer and act, and judges what is left in the end. */
const livedThrough = async (
  record: RunRecord,
  {
    options,
    scenario,
    progress,
  }: {
    readonly options: DrillOptions;
    readonly scenario: Scenario;
    readonly progress: (line: Progress) => void;
  },
): Promise<DrillResult> => {
  const { organization, suspects } = record;
  const beganAt = organization.timeline.now();
  const told = (what: string): void => progress({ afterMs: organization.timeline.now() - beganAt, what });
  const tell = teller(record, beganAt, progress);
  const answer = answering(organization, options.config, { answers: scenario.answers ?? [], told });
  const act = acting(organization, options.config, { acts: scenario.acts ?? [], suspects, told });
  await organization.timeline.run(() => {
    tell();
    answer();
    act();
    return isThrough(record);
  }, beganAt + LONGEST_MS);
  tell();
  return judge(record, { scenario: scenario.name, listCalls: options.listCalls });
};

/** Has the decoys begin, and waits for what GuardDuty tells of them. */
const heardOfDecoy = async (
  organization: RunRecord['organization'],
  { config }: DrillOptions,
  suspects: readonly Suspect[],
): Promise<readonly Delivery[]> => {
  for (const decoy of suspects) await runDecoy(organization, decoy);
  const told: Delivery[] = [];
  for (const decoy of suspects) told.push(await findingOfDecoy(organization, config, decoy));
  return told;
};

const deliveriesOf = (options: DrillOptions, own: readonly PlannedDelivery[]): readonly PlannedDelivery[] =>
  options.finding === undefined
    ? own
    : readDocuments(options.finding.text, options.finding.name).map((document) => ({ document, afterMs: 0 }));

/** A world is built when at least one event can be true of one; the others go on the bus as they are. */
const refuseWhatNoWorldHas = (findings: readonly RawFinding[]): void => {
  const lacks = findings.map(whatNoWorldHas);
  const [first] = lacks;
  if (first !== undefined && lacks.every((lack) => lack !== undefined))
    throw new BadInput(first.code, first.message, first.hint);
};

/** Plants a finding unless it is to be forged, and tells when it could not be. */
const plantTold = async (
  { organization, options, progress, beganAt }: Planting,
  finding: RawFinding,
): Promise<string | undefined> => {
  if (options.forged) return undefined;
  const afterMs = organization.timeline.now() - beganAt;
  const because = await plantInto(organization, options.config, finding);
  if (because !== undefined)
    progress({
      afterMs,
      what: `finding ${finding.id ?? 'without an id'} was not planted in GuardDuty: ${because}`,
    });
  return because;
};

interface Planting {
  readonly organization: RunRecord['organization'];
  readonly options: DrillOptions;
  readonly progress: (line: Progress) => void;
  readonly beganAt: number;
}

interface Arrival {
  readonly delivery: PlannedDelivery;
  readonly finding: RawFinding;
}

/** Each finding stands in GuardDuty from the moment its event arrives: an update is not there before. */
const schedule = async (planting: Planting, arrivals: readonly Arrival[]): Promise<Delivery[]> => {
  const { organization, options, beganAt } = planting;
  const { security } = options.config.accounts;
  const deliveries: Delivery[] = [];
  for (const [index, { delivery, finding }] of arrivals.entries()) {
    const region =
      whatNoWorldHas(finding) === undefined && finding.region !== undefined
        ? finding.region
        : options.config.homeRegion;
    const event = envelope(finding, {
      seed: options.seed,
      index,
      security,
      region,
      time: new Date(beganAt + delivery.afterMs).toISOString(),
    });
    const arrivedAt = beganAt + delivery.afterMs;
    const bus = `arn:aws:events:${region}:${security}:event-bus/default`;
    // Loaded ahead, so that planting at its time takes no time.
    const notPlanted = delivery.afterMs === 0 ? await plantTold(planting, finding) : undefined;
    organization.timeline.at(arrivedAt, () => {
      if (delivery.afterMs > 0)
        plantTold(planting, finding).catch((error: unknown) => organization.timeline.fail(error));
      organization.host.deliverEvent(bus, event);
    });
    deliveries.push({
      findingId: finding.id,
      region,
      arrivedAt,
      event,
      ...(notPlanted === undefined ? {} : { notPlanted }),
    });
  }
  return deliveries;
};

/** A bare finding arrives as GuardDuty would send it: as the detail of an event. Shape: aws-facts 1.1. */
const envelope = (
  finding: RawFinding,
  sent: {
    readonly seed: string;
    readonly index: number;
    readonly security: string;
    readonly region: string;
    readonly time: string;
  },
): Readonly<Record<string, unknown>> => {
  if (finding.isEnvelope && isObject(finding.document)) return finding.document;
  const digits = choicesOf(sent.seed).hex(`envelope-${sent.index}`, 32);
  return {
    version: '0',
    id: `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`,
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: sent.security,
    time: sent.time,
    region: sent.region,
    resources: [],
    detail: finding.document,
  };
};

/** What an attacker may have chosen: every text of the findings that holds a character with a meaning somewhere. */
const hostileTexts = (findings: readonly RawFinding[]): readonly string[] => [
  ...new Set([
    HOSTILE_TAG,
    ...findings
      .flatMap((finding): readonly string[] => textsIn(finding.finding satisfies Json))
      .filter((text) => /[<>$`|\\]/.test(text)),
  ]),
];

const kindOf = (event: Readonly<Record<string, unknown>>): string | undefined => {
  if (event['source'] !== EVENT_SOURCE) return undefined;
  const detail = event['detail'];
  return typeof detail === 'object' && detail !== null && 'kind' in detail && typeof detail.kind === 'string'
    ? detail.kind
    : undefined;
};

const ENDS: Readonly<Record<Through, readonly string[]>> = {
  contain: ['contained', 'containment-open', 'containment-refused', 'needs-a-person', 'incident-sealed'],
  evidence: ['forensic-machine-ready', 'containment-refused', 'needs-a-person', 'incident-sealed'],
  seal: ['containment-refused', 'needs-a-person', 'incident-sealed'],
};

/** True when every incident that was opened has come as far as was asked, and no delivery is still on its way to intake. */
const isThrough = (record: RunRecord): boolean => {
  const { organization, through, deliveries } = record;
  if (through === 'seal' || findingsOnTheirWay(record)) return false;
  const kinds = organization.journal.events.map(({ event }) => kindOf(event));
  const opened = kinds.filter((kind) => kind === 'incident-opened').length;
  const ended = kinds.filter((kind) => kind !== undefined && ENDS[through].includes(kind)).length;
  return (
    opened > 0 &&
    ended >= opened &&
    deliveries.every((delivery) => delivery.arrivedAt < organization.timeline.now())
  );
};

/** Findings that the queue still holds, taken or not. */
const findingsOnTheirWay = ({ organization, accounts, homeRegion }: RunRecord): boolean =>
  (organization.world.of(sqsState, accounts.security, homeRegion).queues.get(FINDINGS_QUEUE_NAME)?.messages
    .length ?? 0) > 0;

/** Tells each phase event once, as it happens. */
const teller = (
  { organization }: RunRecord,
  beganAt: number,
  progress: (line: Progress) => void,
): (() => void) => {
  let told = 0;
  return () => {
    const { events } = organization.journal;
    for (; told < events.length; told += 1) {
      const arrived = events[told];
      if (arrived === undefined) return;
      const { at, event } = arrived;
      const kind = kindOf(event);
      const detail = event['detail'];
      const subject =
        typeof detail === 'object' &&
        detail !== null &&
        'subject' in detail &&
        typeof detail.subject === 'string'
          ? ` ${detail.subject}`
          : '';
      if (kind !== undefined)
        progress({ afterMs: at - beganAt, what: `${kind.replaceAll('-', ' ')}${subject}` });
    }
  };
};
