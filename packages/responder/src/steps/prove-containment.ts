import {
  acceptedPaths,
  climbedSentences,
  firstProofLook,
  judgeRecords,
  lastProofLook,
  ledgerOf,
  nextRung,
  readableLog,
  type JudgedRecords,
  type ProveInput,
  type ProveOutput,
} from '@cordon/incident';
import { classify, faultLine } from '../aws/classify.ts';
import { hearing, reads, tellCalls } from '../aws/heard-calls.ts';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { describeForProof, readRecords, type ProofInterface, type ToRead } from './proof/read-flow-logs.ts';
import { isDoneByNow, readPaths } from './verify-paths.ts';

/** Seconds between looks at records that are not there yet. */
const RECHECK_AFTER_SECONDS = 120;
/** Far ends that a sentence names. */
const MOST_NAMED = 10;

const ID = 'prove-containment';

/**
 * Proves containment by flow logs, where there are any that can be read: that no packet was accepted after it was read back. Nothing waits
 * for it but the seal. What was accepted is told and recorded, and climbed from where the policy says so; where nothing can be proved, the
 * reason is part of the report. Safe to run again: it reads, tells and records.
 */
export const proveContainment = async (input: ProveInput, services: Services): Promise<ProveOutput> => {
  const { incident, prove } = input;
  const since = sinceOf(prove);
  try {
    const { interfaces, logs } = await describeForProof(incident, services);
    const chosen = interfaces.map((nic) => ({
      nic,
      log: readableLog(nic, logs, {
        account: incident.account,
        logGroups: services.config.containment.flowLogGroups,
      }),
    }));
    const because = chosen.flatMap(({ log }) => ('because' in log ? [log.because] : []));
    if (because.length > 0 || chosen.length === 0)
      return await unproved(input, services, because.length > 0 ? because : ['it has no interface']);
    const toRead = chosen.flatMap(({ nic, log }) => ('because' in log ? [] : [{ nic, log }]));
    const firstLook = firstProofLook(since);
    if (services.now() < firstLook) return waiting(Math.ceil((firstLook - services.now()) / 1_000));
    return await judged(input, services, toRead);
  } catch (error) {
    const { retryable } = classify(error);
    if (retryable && services.now() < lastProofLook(since, 600)) return waiting(RECHECK_AFTER_SECONDS);
    return unproved(input, services, [`the flow logs cannot be read: ${faultLine(error)}`]);
  }
};

/** From when on no packet may have been accepted, in epoch milliseconds. */
const sinceOf = ({ containedAt, since = containedAt }: ProveInput['prove']): number => Date.parse(since);

const waiting = (recheckAfterSeconds: number): ProveOutput => ({
  status: 'waiting',
  reasons: [],
  outcomes: [],
  recheckAfterSeconds,
});

/** The calls that read the records. */
type ReadBack = ReturnType<typeof tellCalls>;

const judged = async (
  input: ProveInput,
  services: Services,
  toRead: readonly ToRead[],
): Promise<ProveOutput> => {
  const since = sinceOf(input.prove);
  const { given: records, ...heard } = await hearing(
    services.now,
    () => readRecords(input.incident, toRead, { since, services }),
    reads,
  );
  const readBack = tellCalls(heard);
  const said = judgeRecords(records, since);
  switch (said.status) {
    case 'proved':
      return proved(input, services, { ...said, readBack });
    case 'accepted':
      return accepted(input, services, { said, places: toRead.map(({ nic }) => nic), readBack });
    case 'undecided': {
      const longest = Math.max(...toRead.map(({ log }) => log.intervalSeconds));
      return services.now() < lastProofLook(since, longest)
        ? waiting(RECHECK_AFTER_SECONDS)
        : unproved(input, services, said.because);
    }
  }
};

const proved = async (
  input: ProveInput,
  services: Services,
  {
    until,
    rejected,
    readBack,
  }: Extract<JudgedRecords, { status: 'proved' }> & { readonly readBack: ReadBack },
): Promise<ProveOutput> => {
  const reasons = [
    `flow logs of every interface, kept in the member account, show no packet accepted from a minute after ${new Date(sinceOf(input.prove)).toISOString()} until ${new Date(until).toISOString()}; ${rejected} record(s) of rejected packets`,
    'flow logs hold no DNS to the Amazon resolver, no metadata and no DHCP traffic: of these the proof says nothing',
  ];
  await said(input, services, { kind: 'containment-proved', outcome: 'done', reasons, readBack });
  return ended('proved', reasons, [rowOf('done', reasons, services)]);
};

const accepted = async (
  input: ProveInput,
  services: Services,
  found: {
    readonly said: Extract<JudgedRecords, { status: 'accepted' }>;
    readonly places: readonly ProofInterface[];
    readonly readBack: ReadBack;
  },
): Promise<ProveOutput> => {
  const { incident, plan, prove } = input;
  const open = acceptedPaths(found.said.accepted, found.places);
  const paths = await readPaths(
    { incident, plan, isWanted: isDoneByNow({ ...input, climbed: prove.climbed }) },
    services,
  );
  const held = {
    ...paths.held,
    stopped: false,
    subnetIds: [...new Set(found.places.map(({ subnetId }) => subnetId))],
  };
  const climb = nextRung(plan, { open, held, tried: prove.climbed });
  const named = open.slice(0, MOST_NAMED).map(({ what }) => what);
  const reasons = [
    ...named,
    ...(open.length > named.length ? [`and of ${open.length - named.length} more far end(s)`] : []),
    ...(climb === undefined ? [] : climbedSentences(plan, climb.only)),
  ];
  await said(input, services, {
    kind: 'packets-accepted',
    outcome: 'failed',
    reasons,
    readBack: found.readBack,
  });
  return climb === undefined
    ? ended('accepted', reasons, [rowOf('failed', reasons, services)])
    : { ...ended('accepted', reasons, []), climb };
};

const unproved = async (
  input: ProveInput,
  services: Services,
  because: readonly string[],
): Promise<ProveOutput> => {
  const reasons = ['it is not proved by flow logs that no packet passes', ...because.slice(0, MOST_NAMED)];
  await said(input, services, { kind: 'containment-unproved', outcome: 'done', reasons });
  // That there is nothing to prove it by is no failure of the response: it is said, and nobody is called for it.
  return ended('unproved', reasons, [rowOf('done', reasons, services)]);
};

const ended = (
  status: 'proved' | 'accepted' | 'unproved',
  reasons: readonly string[],
  outcomes: ProveOutput['outcomes'],
): ProveOutput => ({ status, reasons: [...reasons], outcomes, recheckAfterSeconds: 0 });

const rowOf = (
  status: 'done' | 'failed',
  reasons: readonly string[],
  services: Services,
): ProveOutput['outcomes'][number] => ({
  id: ID,
  status,
  detail: reasons.join('; ').slice(0, 3_000),
  at: instant(services),
});

/** Tells it and has it signed; a ledger that is closed already, or a recorder that fails, keeps nothing from being told. */
const said = async (
  { incident, prove }: ProveInput,
  services: Services,
  what: {
    readonly kind: 'containment-proved' | 'packets-accepted' | 'containment-unproved';
    readonly outcome: 'done' | 'failed';
    readonly reasons: readonly string[];
    readonly readBack?: ReadBack;
  },
): Promise<void> => {
  const { containedAt } = prove;
  await tell(services, { kind: what.kind, ...about(incident), reasons: [...what.reasons] });
  try {
    await record(services, {
      kind: 'steps',
      ...ledgerOf(incident),
      steps: [
        {
          step: ID,
          outcome: what.outcome,
          ...what.readBack,
          detail: {
            at: instant(services),
            containedAt,
            secondsToContained: String((Date.parse(containedAt) - Date.parse(incident.arrivedAt)) / 1_000),
            instance: incident.instanceId,
            ...Object.fromEntries(what.reasons.map((sentence, index) => [`says${index + 1}`, sentence])),
          },
        },
      ],
    });
  } catch (error) {
    services.log({ incidentId: incident.incidentId, 'custody entry': faultLine(error) });
  }
};
