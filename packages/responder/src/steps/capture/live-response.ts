import {
  ASK_RECHECK_SECONDS,
  askingIsOver,
  beginAsking,
  freezeIsOver,
  ledgerOf,
  saidSentence,
  stepsToDo,
  type AskingHost,
  type CheckSaid,
  type LiveInput,
  type LiveOutput,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { classify } from '../../aws/classify.ts';
import { instant, type Services } from '../../services.ts';
import { readIncident } from '../../store/incident-table.ts';
import { rowOf, saveOutcomes } from '../../store/journal-rows.ts';
import { about, tell } from '../../store/notify.ts';
import { record } from '../../store/record.ts';
import { NotDone } from '../attempt.ts';
import { liveWork, lookAtChecks, platformOf, sendLive, type LiveWork } from './live-command.ts';

/** What one look works with. */
interface Look extends LiveWork {
  readonly step: StepOf<'live-response'>;
  readonly asking: AskingHost;
}

/** Where a look leads: on at once, to another look, or to the end with what the host said. */
type Led =
  | { readonly next: AskingHost }
  | { readonly wait: AskingHost }
  | { readonly said: readonly CheckSaid[] };

const enter = (
  { asking, services }: Look,
  phase: AskingHost['phase'],
  more: Partial<AskingHost> = {},
): AskingHost => ({ ...asking, phase, since: instant(services), ...more });

const secondsLeft = ({ asking, step, services }: Look): number =>
  Math.floor(step.deadlineSeconds - (services.now() - Date.parse(asking.startedAt)) / 1_000);

const isOver = ({ asking, step, services }: Look): boolean =>
  askingIsOver(asking, step.deadlineSeconds, services.now());

/** The agent writes to the disk of the host: the freeze must be the state before that. */
const waitForFreeze = async (look: Look): Promise<Led> => {
  const { incident, services, asking } = look;
  const { steps } = await readIncident(services, incident.incidentId);
  const frozen = steps.includes(`step#freeze#${incident.revision}`);
  return frozen || freezeIsOver(asking, services.now()) ? { next: enter(look, 'agent') } : { wait: asking };
};

const askAgent = async (look: Look): Promise<Led> => {
  const platform = await platformOf(look);
  if (platform === undefined) {
    if (isOver(look)) throw new NotDone('its agent did not answer Systems Manager in time');
    return { wait: look.asking };
  }
  const sent = await sendLive(look, platform, secondsLeft(look));
  return { wait: enter(look, 'running', { platform, ...sent }) };
};

const awaitChecks = async (look: Look): Promise<Led> => {
  const { asking } = look;
  const said = await lookAtChecks(look, asking.commandId ?? '');
  if (said !== undefined) return { said };
  if (isOver(look)) throw new NotDone('the host had not answered all of it in time, and was given up');
  return { wait: asking };
};

const PHASES: Readonly<Record<AskingHost['phase'], (look: Look) => Promise<Led>>> = {
  freeze: waitForFreeze,
  agent: askAgent,
  running: awaitChecks,
};

/** The instance's mark is set beside this: a denial soon after the beginning may be for want of it. */
const MARK_SECONDS = 60;

const led = async (look: Look): Promise<Led | StepOutcome> => {
  const { asking, services, step } = look;
  const at = instant(services);
  try {
    return await PHASES[asking.phase](look);
  } catch (error) {
    if (error instanceof NotDone) return { id: step.id, status: 'refused', detail: error.message, at };
    const { code, message, retryable, hint } = classify(error);
    const early = services.now() - Date.parse(asking.startedAt) < MARK_SECONDS * 1_000;
    const denied = /AccessDenied|UnauthorizedOperation/.test(code);
    if (!isOver(look) && (retryable || (denied && early))) return { wait: asking };
    const detail = `${code}: ${message.replaceAll(/\s+/g, ' ').slice(0, 300)}; ${hint}`;
    return { id: step.id, status: 'failed', detail, at };
  }
};

/** Into the vault, as what it is: the word of a host that somebody else may hold. */
const keepSaid = async (
  { asking, incident, services, step }: Look,
  said: readonly CheckSaid[],
): Promise<StepOutcome> => {
  const body = {
    schemaVersion: 1,
    document: asking.platform,
    documentSha256: asking.documentSha256,
    commandId: asking.commandId,
    startedAt: asking.since,
    endedAt: instant(services),
    caveat:
      'The host was compromised: its shell, its libraries and its kernel said this, and whoever has replaced one of them decided what. Memory and disks in custody are what to compare it with.',
    checks: said,
  };
  await record(services, {
    kind: 'deposit',
    ...ledgerOf(incident),
    label: 'live-response.json',
    contentType: 'application/json',
    bodyBase64: Buffer.from(JSON.stringify(body, undefined, 2)).toString('base64'),
  });
  return { id: step.id, status: 'done', detail: saidSentence(said), at: instant(services) };
};

/** What was not had is missing evidence, told at once; it is no reason to hold anything up. */
const sayMissing = async ({ incident, services }: LiveWork, because: string): Promise<void> => {
  const subject = 'live response';
  await record(services, { kind: 'missing', ...ledgerOf(incident), subject, because });
  await tell(services, { kind: 'evidence-missing', ...about(incident), subject, reasons: [because] });
};

/**
 * Has the incident's running host say what it is doing, by its own agent and our document, and keeps what it says in the vault. A call does what
 * needs no waiting; all of it is bounded by the plan's deadline, and what goes wrong is a row with its reason. Safe to run again: it only reads.
 */
export const liveResponse = async ({ live: input }: LiveInput, services: Services): Promise<LiveOutput> => {
  const { incident } = input;
  const [step] = stepsToDo(input, 'live-response');
  let asking = input.asking ?? beginAsking(instant(services));
  const over = (outcomes: StepOutcome[]): LiveOutput => ({
    status: 'done',
    outcomes,
    asking,
    recheckAfterSeconds: 0,
  });
  if (step === undefined) return over([]);
  const work = await liveWork(incident, services);
  for (;;) {
    const look = { ...work, step, asking };
    const leads = await led(look);
    if ('next' in leads) {
      asking = leads.next;
      continue;
    }
    if ('wait' in leads)
      return {
        status: 'waiting',
        outcomes: [],
        asking: leads.wait,
        recheckAfterSeconds: ASK_RECHECK_SECONDS,
      };
    const outcome = 'said' in leads ? await keepSaid(look, leads.said) : leads;
    await saveOutcomes(services, incident, rowOf('live-response', input), [outcome]);
    if (outcome.status !== 'done') await sayMissing(work, outcome.detail);
    return over([outcome]);
  }
};
