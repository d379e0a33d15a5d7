import {
  beginCapturing,
  beginLanding,
  CAPTURE_RECHECK_SECONDS,
  capturingIsOver,
  enterCapturing,
  ledgerOf,
  readSaid,
  reasonOf,
  stepsToDo,
  volumeIsLate,
  type CaptureInput,
  type CaptureOutput,
  type CapturingState,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { classify } from '../../aws/classify.ts';
import { instant, type Services } from '../../services.ts';
import { readIncident } from '../../store/incident-table.ts';
import { rowOf, saveOutcomes } from '../../store/journal-rows.ts';
import { about, tell } from '../../store/notify.ts';
import { record } from '../../store/record.ts';
import { attempt, NotDone } from '../attempt.ts';
import { agentOf, commandsSent, lookAtCommand, sendCommand, type Sent } from './command.ts';
import { keepSaid } from './keep-said.ts';
import { addProfile } from './profile.ts';
import { linksToLanding } from './send-parts.ts';
import { linksToTools } from './tool.ts';
import { attachmentOf, attachVolume, detachVolume, lookAtVolume, makeVolume } from './volume.ts';
import { captureWork, type Work } from './work.ts';

type Step = StepOf<'capture-memory'>;

/** What one look works with. */
interface Look extends Work {
  readonly input: CaptureInput;
  readonly step: Step;
  readonly capturing: CapturingState;
}

/** Where a look leads: on at once, to another look, or to the end. */
type Led =
  | { readonly next: CapturingState }
  | { readonly wait: CapturingState }
  | { readonly end: StepOutcome['status']; readonly detail: string; readonly capturing: CapturingState };

const isOver = ({ capturing, step, services }: Look): boolean =>
  capturingIsOver(capturing, step.deadlineSeconds, services.now());
const enter = (
  { capturing, services }: Look,
  phase: CapturingState['phase'],
  more: Partial<CapturingState> = {},
): CapturingState => ({ ...enterCapturing(capturing, phase, instant(services)), ...more });

/** Attaching a volume changes the host: the freeze must be the state before that. */
const waitForFreeze = async (look: Look): Promise<Led> => {
  const { incident, services, capturing } = look;
  const { steps } = await readIncident(services, incident.incidentId);
  if (!steps.includes(`step#freeze#${incident.revision}`) && !isOver(look)) return { wait: capturing };
  return { next: enter(look, 'profile') };
};

/** An instance without a profile is given the quarantine one, for nothing else gives its agent a channel. */
const profilePhase = async (look: Look): Promise<Led> => {
  const { capturing, input, services } = look;
  const [add] = stepsToDo(input, 'add-profile');
  if (add === undefined) return { next: enter(look, 'agent') };
  const outcome = await attempt(add.id, services, () => addProfile(look));
  const outcomes = [...capturing.outcomes, outcome];
  if (outcome.status === 'done') return { next: enter(look, 'agent', { outcomes }) };
  if (outcome.status === 'failed' && isEarly(look)) return { wait: capturing };
  const because = 'the instance has no profile, and none could be added, so that its agent has no channel';
  return { next: enter(look, 'detach', { outcomes: [...outcomes, row(look, 'refused', because)] }) };
};

/** Nothing is attached to a host whose agent does not answer, nor for a tool that is not there. */
const agentPhase = async (look: Look): Promise<Led> => {
  const { capturing, incident, services, step } = look;
  const platform = await agentOf(look);
  if (platform === undefined) {
    if (isOver(look))
      throw new NotDone(
        'its agent did not answer Systems Manager in time: no agent, no way to its endpoints, or no credentials for it',
      );
    return { wait: capturing };
  }
  if ((step.tool.name === 'winpmem') !== (platform === 'Windows'))
    throw new NotDone(`its agent says ${platform}, and the plan has ${step.tool.name}`);
  await linksToTools(incident, step, services);
  return step.landing?.first === true
    ? { next: enter(look, 'landing', { platform, landing: 'the deployment wants no volume' }) }
    : { next: enter(look, 'make', { platform }) };
};

const makePhase = async (look: Look): Promise<Led> => {
  const { revision } = look.incident;
  const volumeId = await makeVolume(look, { volumeGiB: look.step.volumeGiB, revision });
  return { wait: enter(look, 'attach', { volumeId }) };
};

/** Whether a volume is waited for no longer: where there is another way, that is sooner. */
const isLate = (look: Look): boolean =>
  isOver(look) ||
  (look.step.landing !== undefined &&
    volumeIsLate(look.capturing, look.step.deadlineSeconds, look.services.now()));

const attachPhase = async (look: Look): Promise<Led> => {
  const { capturing, incident } = look;
  const { volumeId = '' } = capturing;
  const volume = await lookAtVolume(look, volumeId);
  if (volume?.State === 'error') throw new NotDone(`${volumeId} could not be made: EC2 says error`);
  const kmsKeyArn = volume?.KmsKeyId;
  const known = kmsKeyArn === undefined ? {} : { kmsKeyArn };
  if (attachmentOf(volume, incident.instanceId) !== undefined)
    return { next: enter(look, 'attached', known) };
  if (isLate(look)) throw new NotDone(`${volumeId} was not there in time`);
  if (volume?.State === 'available') await attachVolume(look, volumeId);
  return { wait: { ...capturing, ...known } };
};

const secondsLeft = ({ capturing, step, services }: Look): number =>
  Math.floor(step.deadlineSeconds - (services.now() - Date.parse(capturing.startedAt)) / 1_000);

const TOO_LATE = 'no time was left to run the tool';

const attachedPhase = async (look: Look): Promise<Led> => {
  const { capturing, incident } = look;
  const { volumeId = '' } = capturing;
  const state = attachmentOf(await lookAtVolume(look, volumeId), incident.instanceId);
  const seconds = secondsLeft(look);
  if (seconds < 30) throw new NotDone(TOO_LATE);
  if (state !== 'attached') {
    const other = isLate(look) ? otherWay(look, `${volumeId} was not attached in time`) : undefined;
    return other ?? { wait: capturing };
  }
  return run(look, { ...sentOf(look), seconds }, async () => ({
    Volume: volumeId.replace('-', ''),
    ...(await toolsFor(look)),
  }));
};

/** Modules are of Linux alone: the document for Windows has no such parameter. */
const toolsFor = async ({
  capturing,
  incident,
  services,
  step,
}: Look): Promise<Readonly<Record<string, string>>> => {
  const { ToolUrl, Modules } = await linksToTools(incident, step, services);
  return capturing.platform === 'Windows' ? { ToolUrl } : { ToolUrl, Modules };
};

/** The host has no volume of ours: it sends the image by links to the landing bucket, part by part. */
const landingPhase = async (look: Look): Promise<Led> => {
  const { incident, services, step } = look;
  const seconds = secondsLeft(look);
  if (seconds < 30 || step.landing === undefined) throw new NotDone(TOO_LATE);
  const parts = { ...step.landing, seconds };
  return run(look, { ...sentOf(look), seconds }, async () => ({
    ...(await toolsFor(look)),
    ...(await linksToLanding(incident, parts, services)),
  }));
};

/** What the command of this capture is known by. */
const sentOf = ({ capturing: { landing, platform = 'Linux', volumeId = '' }, incident }: Look): Sent =>
  landing === undefined
    ? { document: platform, to: volumeId }
    : { document: `${platform}Landing`, to: `landing-${incident.revision}` };

/** Sends the command, unless an earlier look has: its reply was lost then, or the function died with it. */
const run = async (
  look: Look,
  order: Sent & { readonly seconds: number },
  parameters: () => Promise<Readonly<Record<string, string>>>,
): Promise<Led> => {
  const [before] = await commandsSent(look, order);
  const commandId = before ?? (await sendCommand(look, { ...order, parameters: await parameters() }));
  return commandId === undefined ? { wait: look.capturing } : { wait: enter(look, 'running', { commandId }) };
};

const runningPhase = async (look: Look): Promise<Led> => {
  const { capturing, step } = look;
  const { commandId = '' } = capturing;
  const seen = await lookAtCommand(look, commandId);
  if (seen.state === 'under-way') {
    if (!isOver(look)) return { wait: capturing };
    // Run Command ends it at the same time by itself: nobody of ours may end commands, which no condition ties to an incident.
    throw new NotDone(
      `the capture was not done after ${Math.round(step.deadlineSeconds / 60)} minute(s), and was given up`,
    );
  }
  const said = readSaid(seen.output);
  if (said?.status === 'refused' && said.because === ANOTHER_RUN) {
    const other = await otherRun(look, commandId);
    if (other !== undefined) return { wait: { ...capturing, commandId: other, followed: true } };
  }
  if (said?.status !== 'captured')
    throw new NotDone(
      said === undefined
        ? `the host said nothing that can be read: Run Command says ${seen.status}`
        : reasonOf(said.because),
    );
  const { bytes, sha256, parts, digests } = said;
  const landed = parts === undefined || digests === undefined ? undefined : { bytes, sha256, parts, digests };
  if ((landed === undefined) !== (capturing.landing === undefined))
    throw new NotDone('the host said that the image went another way than it was told');
  const { document } = sentOf(look);
  const detail = await keepSaid({ ...look, document }, said, landed);
  const outcomes = [...capturing.outcomes, row(look, 'done', detail)];
  return {
    next: enter(look, 'detach', {
      outcomes,
      ...(landed === undefined ? { written: true, image: { sha256, bytes } } : { landed }),
    }),
  };
};

const ANOTHER_RUN = 'another-run';

/** The command that is at it already, where this one found it so: it was sent by a look whose reply was lost. Followed once. */
const otherRun = async (look: Look, commandId: string): Promise<string | undefined> => {
  if (look.capturing.followed === true) return undefined;
  const sent = await commandsSent(look, sentOf(look));
  return sent.find((one) => one !== commandId);
};

const row = ({ step, services }: Look, status: StepOutcome['status'], detail: string): StepOutcome => ({
  id: step.id,
  status,
  detail,
  at: instant(services),
});

/** The volume goes, whatever became of the capture: first asked of the guest, then not. */
const detachPhase = async (look: Look): Promise<Led> => {
  const { capturing, incident } = look;
  const { volumeId } = capturing;
  if (volumeId === undefined) return { next: enter(look, 'ended') };
  const attached = attachmentOf(await lookAtVolume(look, volumeId), incident.instanceId);
  if (attached === undefined) return { next: enter(look, 'ended') };
  if (attached === 'attached' || attached === 'busy') await detachVolume(look, volumeId, false);
  return { wait: enter(look, 'detaching') };
};

const detachingPhase = async (look: Look): Promise<Led> => {
  const { capturing, incident } = look;
  const { volumeId = '' } = capturing;
  const attached = attachmentOf(await lookAtVolume(look, volumeId), incident.instanceId);
  if (attached === undefined) return { next: enter(look, 'ended') };
  if (!isOver(look)) {
    // Half of the time the guest is asked; then what it still holds is taken from it.
    const waited = look.services.now() - Date.parse(capturing.since);
    if (waited >= 60_000) await detachVolume(look, volumeId, true);
    return { wait: capturing };
  }
  return {
    end: 'failed',
    detail: `${volumeId} is ${attached} to the instance still; detach it by hand`,
    capturing,
  };
};

const PHASES: Readonly<Record<Exclude<CapturingState['phase'], 'ended'>, (look: Look) => Promise<Led>>> = {
  freeze: waitForFreeze,
  profile: profilePhase,
  agent: agentPhase,
  make: makePhase,
  attach: attachPhase,
  attached: attachedPhase,
  landing: landingPhase,
  running: runningPhase,
  detach: detachPhase,
  detaching: detachingPhase,
};

/** The way to the landing bucket, where there is one and time for it, once there can be no volume. */
const otherWay = (look: Look, because: string): Led | undefined =>
  look.step.landing !== undefined && secondsLeft(look) >= 60
    ? { next: enter(look, 'landing', { landing: `no volume could take it: ${because}`.slice(0, 1_000) }) }
    : undefined;

/** A capture that is given up still takes its volume away; the reason is its row. Where only the volume failed, there may be another way. */
const giveUp = (look: Look, reason: StepOutcome): Led => {
  const { capturing } = look;
  if (capturing.phase === 'make' || capturing.phase === 'attach') {
    const other = otherWay(look, reason.detail);
    if (other !== undefined) return other;
  }
  const leaving = capturing.phase === 'detach' || capturing.phase === 'detaching';
  if (leaving) return { end: reason.status, detail: reason.detail, capturing };
  return { next: enter(look, 'detach', { outcomes: [...capturing.outcomes, reason] }) };
};

/** The instance's mark is set beside this: a denial soon after the beginning may be for want of it. */
const MARK_SECONDS = 60;
const isEarly = ({ capturing, services }: Look): boolean =>
  services.now() - Date.parse(capturing.startedAt) < MARK_SECONDS * 1_000;

const led = async (look: Look): Promise<Led> => {
  const { capturing } = look;
  if (capturing.phase === 'ended') return { wait: capturing };
  try {
    return await PHASES[capturing.phase](look);
  } catch (error) {
    if (error instanceof NotDone) return giveUp(look, row(look, 'refused', error.message));
    const fault = classify(error);
    const denied = /AccessDenied|UnauthorizedOperation/.test(fault.code);
    if (!isOver(look) && (fault.retryable || (denied && isEarly(look)))) return { wait: capturing };
    return giveUp(
      look,
      row(
        look,
        'failed',
        `${fault.code}: ${fault.message.replaceAll(/\s+/g, ' ').slice(0, 300)}; ${fault.hint}`,
      ),
    );
  }
};

/** Says at the end what became of it; an image that was not had is missing evidence, told at once. */
const endOf = async (
  { input, capturing, services, step }: Pick<Look, 'input' | 'capturing' | 'services' | 'step'>,
  outcomes: StepOutcome[],
): Promise<CaptureOutput> => {
  const { incident } = input;
  await saveOutcomes(services, incident, rowOf('capture-memory', input), outcomes);
  const { volumeId, written, kmsKeyArn, image, landed } = capturing;
  const answer = { outcomes, capturing: { ...capturing, phase: 'ended' as const }, recheckAfterSeconds: 0 };
  if (written && volumeId !== undefined)
    return {
      ...answer,
      status: 'snapshot',
      volume: {
        volumeId,
        sizeGiB: step.volumeGiB,
        ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
        ...(image === undefined ? {} : { memoryImage: image }),
        ...(step.hashBlocks === undefined ? {} : { hashBlocks: step.hashBlocks }),
        ...(step.copyWithinMinutes === undefined ? {} : { copyWithinMinutes: step.copyWithinMinutes }),
      },
    };
  if (landed !== undefined)
    return { ...answer, status: 'landed', landing: beginLanding(landed, instant(services)) };
  const because = outcomes
    .map(({ detail }) => detail)
    .join('; ')
    .slice(0, 1_000);
  await record(services, { kind: 'missing', ...ledgerOf(incident), subject: 'memory', because });
  await tell(services, {
    kind: 'evidence-missing',
    ...about(incident),
    subject: 'memory',
    reasons: [because],
  });
  return { ...answer, status: 'done' };
};

/**
 * Captures the memory of the incident's running instance by its own agent, on a volume of ours. A call does what needs no waiting; every wait is
 * bounded by the plan's deadline, every failure is a row with its reason, and the volume is taken away again whatever happened.
 */
export const capture = async (input: CaptureInput, services: Services): Promise<CaptureOutput> => {
  const { incident } = input;
  let capturing = input.capturing ?? beginCapturing(instant(services));
  const [step] = stepsToDo(input, 'capture-memory');
  if (step === undefined)
    return {
      status: 'done',
      outcomes: [],
      capturing: { ...capturing, phase: 'ended' },
      recheckAfterSeconds: 0,
    };
  const work = await captureWork(incident, services, {
    volumeIds: capturing.volumeId === undefined ? [] : [capturing.volumeId],
    addsProfile: stepsToDo(input, 'add-profile').length > 0,
  });
  while (capturing.phase !== 'ended') {
    const leads = await led({ ...work, input, step, capturing });
    if ('wait' in leads)
      return {
        status: 'waiting',
        outcomes: [],
        capturing: leads.wait,
        recheckAfterSeconds: CAPTURE_RECHECK_SECONDS,
      };
    if ('end' in leads) {
      const at = instant(services);
      const last: StepOutcome = { id: step.id, status: leads.end, detail: leads.detail, at };
      return endOf({ input, capturing: leads.capturing, services, step }, [
        ...leads.capturing.outcomes,
        last,
      ]);
    }
    capturing = leads.next;
  }
  return endOf({ input, capturing, services, step }, capturing.outcomes);
};
