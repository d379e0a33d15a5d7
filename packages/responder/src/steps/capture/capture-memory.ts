import {
  beginCapturing,
  CAPTURE_RECHECK_SECONDS,
  capturingIsOver,
  enterCapturing,
  ledgerOf,
  readSaid,
  reasonOf,
  stepsToDo,
  type CaptureInput,
  type CaptureOutput,
  type CapturingState,
  type DropInput,
  type SaidByHost,
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
import { agentOf, lookAtCommand, sendCommand } from './command.ts';
import { linkToTool } from './tool.ts';
import {
  attachmentOf,
  attachVolume,
  deleteVolume,
  detachVolume,
  lookAtVolume,
  makeVolume,
  volumesOfCapture,
} from './volume.ts';
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
  return { next: enter(look, 'agent') };
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
  await linkToTool(incident, step.tool, services);
  const volumeId = await makeVolume(look, { volumeGiB: step.volumeGiB, revision: incident.revision });
  return { wait: enter(look, 'attach', { platform, volumeId }) };
};

const attachPhase = async (look: Look): Promise<Led> => {
  const { capturing, incident } = look;
  const { volumeId = '' } = capturing;
  const volume = await lookAtVolume(look, volumeId);
  if (volume?.State === 'error') throw new NotDone(`${volumeId} could not be made: EC2 says error`);
  const kmsKeyArn = volume?.KmsKeyId;
  const known = kmsKeyArn === undefined ? {} : { kmsKeyArn };
  if (attachmentOf(volume, incident.instanceId) !== undefined)
    return { next: enter(look, 'attached', known) };
  if (isOver(look)) throw new NotDone(`${volumeId} was not there in time`);
  if (volume?.State === 'available') await attachVolume(look, volumeId);
  return { wait: { ...capturing, ...known } };
};

const secondsLeft = ({ capturing, step, services }: Look): number =>
  Math.floor(step.deadlineSeconds - (services.now() - Date.parse(capturing.startedAt)) / 1_000);

const attachedPhase = async (look: Look): Promise<Led> => {
  const { capturing, incident, services, step } = look;
  const { volumeId = '', platform = 'Linux' } = capturing;
  const state = attachmentOf(await lookAtVolume(look, volumeId), incident.instanceId);
  const seconds = secondsLeft(look);
  if (seconds < 30) throw new NotDone('no time was left to run the tool');
  if (state !== 'attached') return { wait: capturing };
  const link = await linkToTool(incident, step.tool, services);
  const commandId = await sendCommand(look, {
    platform,
    volumeId,
    link,
    seconds,
  });
  return { wait: enter(look, 'running', { commandId }) };
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
  if (said?.status !== 'captured')
    throw new NotDone(
      said === undefined
        ? `the host said nothing that can be read: Run Command says ${seen.status}`
        : reasonOf(said.because),
    );
  const detail = await keepSaid(look, said);
  return { next: enter(look, 'detach', { written: true, outcomes: [row(look, 'done', detail)] }) };
};

const row = ({ step, services }: Look, status: StepOutcome['status'], detail: string): StepOutcome => ({
  id: step.id,
  status,
  detail,
  at: instant(services),
});

/** Into the vault: what ran, how it was asked for, and the hash that the host gave; it is the host's word, and said to be. */
const keepSaid = async (
  { capturing, incident, services, step }: Look,
  said: Extract<SaidByHost, { status: 'captured' }>,
): Promise<string> => {
  const body = {
    schemaVersion: 1,
    tool: step.tool,
    document: capturing.platform,
    commandId: capturing.commandId,
    volumeId: capturing.volumeId,
    image: { sha256: said.sha256, bytes: said.bytes, hashedBy: 'the host' },
    kernel: said.kernel,
    startedAt: capturing.since,
    endedAt: instant(services),
    caveat:
      'The host was compromised: image, hash and kernel are what it presented. The copy in custody shows that nothing changed since.',
  };
  await record(services, {
    kind: 'deposit',
    ...ledgerOf(incident),
    label: 'memory-capture.json',
    contentType: 'application/json',
    bodyBase64: Buffer.from(JSON.stringify(body, undefined, 2)).toString('base64'),
  });
  return `${step.tool.name} ${step.tool.version} wrote ${said.bytes} bytes to ${capturing.volumeId}, SHA-256 ${said.sha256} by the host's word`;
};

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
  agent: agentPhase,
  attach: attachPhase,
  attached: attachedPhase,
  running: runningPhase,
  detach: detachPhase,
  detaching: detachingPhase,
};

/** A capture that is given up still takes its volume away; the reason is its row. */
const giveUp = (look: Look, reason: StepOutcome): Led => {
  const { capturing } = look;
  const leaving = capturing.phase === 'detach' || capturing.phase === 'detaching';
  if (leaving) return { end: reason.status, detail: reason.detail, capturing };
  return { next: enter(look, 'detach', { outcomes: [...capturing.outcomes, reason] }) };
};

/** The instance's mark is set beside this: a denial soon after the beginning may be for want of it. */
const MARK_SECONDS = 60;

const led = async (look: Look): Promise<Led> => {
  const { capturing, services } = look;
  if (capturing.phase === 'ended') return { wait: capturing };
  try {
    return await PHASES[capturing.phase](look);
  } catch (error) {
    if (error instanceof NotDone) return giveUp(look, row(look, 'refused', error.message));
    const fault = classify(error);
    const early = services.now() - Date.parse(capturing.startedAt) < MARK_SECONDS * 1_000;
    const denied = /AccessDenied|UnauthorizedOperation/.test(fault.code);
    if (!isOver(look) && (fault.retryable || (denied && early))) return { wait: capturing };
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
  const { volumeId, written, kmsKeyArn } = capturing;
  const answer = { outcomes, capturing: { ...capturing, phase: 'ended' as const }, recheckAfterSeconds: 0 };
  if (written && volumeId !== undefined)
    return {
      ...answer,
      status: 'snapshot',
      volume: {
        volumeId,
        sizeGiB: step.volumeGiB,
        ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
        ...(step.hashBlocks === undefined ? {} : { hashBlocks: step.hashBlocks }),
      },
    };
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
const capture = async (input: CaptureInput, services: Services): Promise<CaptureOutput> => {
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
  const work = await captureWork(
    incident,
    services,
    capturing.volumeId === undefined ? [] : [capturing.volumeId],
  );
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

/** Deletes the volumes whose copies are in custody; one whose copy is not stays, for it is all there is of that memory. */
const drop = async ({ drop: { incident, disks } }: DropInput, services: Services): Promise<CaptureOutput> => {
  const made = await volumesOfCapture(await captureWork(incident, services, []));
  const ids = made.flatMap(({ VolumeId }) => VolumeId ?? []);
  if (ids.length === 0) return dropped([], services);
  const work = await captureWork(incident, services, ids);
  const held = new Set(disks.filter(({ phase }) => phase === 'secured').map(({ volumeId }) => volumeId));
  const outcomes: StepOutcome[] = [];
  for (const { VolumeId, State, Attachments = [] } of made) {
    if (VolumeId === undefined) continue;
    const failed = disks.some(({ volumeId }) => volumeId === VolumeId) && !held.has(VolumeId);
    if (State !== 'available' || Attachments.length > 0 || failed)
      outcomes.push({
        id: 'capture-memory',
        status: 'refused',
        detail: failed
          ? `${VolumeId} is kept: its copy did not come into custody`
          : `${VolumeId} is ${State ?? 'gone'} still: take it away by hand`,
        at: instant(services),
      });
    else await deleteVolume(work, VolumeId);
  }
  return dropped(outcomes, services);
};

const dropped = (outcomes: StepOutcome[], services: Services): CaptureOutput => ({
  status: 'done',
  outcomes,
  capturing: { ...beginCapturing(instant(services)), phase: 'ended' },
  recheckAfterSeconds: 0,
});

/** capture-memory, or the end of its volumes. */
export const captureOrDrop = (input: CaptureInput | DropInput, services: Services): Promise<CaptureOutput> =>
  'drop' in input ? drop(input, services) : capture(input, services);
