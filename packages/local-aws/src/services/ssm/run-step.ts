import { ec2State } from '../ec2/state.ts';
import type { InstancePlace } from '../sts/instance-credentials.ts';
import type { AgentStage } from './agents.ts';
import type { DocumentStep } from './document-content.ts';
import { fetchFrom } from './guest-fetch.ts';
import type { Guest, GuestDevice, GuestResult, GuestStep, WrittenExtent } from './guest.ts';
import type { Command, StepResult } from './state.ts';

const SECOND = 1000;

/** A step with its values, and the platforms that have it. */
export type RunningStep = GuestStep & Pick<DocumentStep, 'platforms'>;

/** What a step came to on the instance, before the service is told. */
export type Outcome = Omit<StepResult, 'name' | 'action'>;

/** The outcome of a step that the platform does not have. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html#documents-schema-crossplatform */
export const skipped = (now: number): Outcome => ({
  status: 'Success',
  statusDetails: 'Success',
  responseCode: 0,
  startedAt: now,
  endedAt: now,
  stdout: 'Step execution skipped due to unsatisfied preconditions',
  stderr: '',
});

/** A step that begins now. */
interface Beginning {
  readonly stage: AgentStage;
  readonly place: InstancePlace;
  readonly command: Command;
  readonly step: RunningStep;
  readonly guest: Guest;
  /** Whether the host is still up as it was, and the command wanted. */
  readonly goesOn: () => boolean;
}

interface Write {
  readonly volumeId: string;
  readonly extent: WrittenExtent;
  readonly atSecond: number | undefined;
}

/** The volumes that are attached now, each with a way to note what the guest writes. */
const devicesOf = ({ stage, place }: Beginning, writes: Write[]): readonly GuestDevice[] => {
  const { volumes, instances } = stage.world.of(ec2State, place.account, place.region);
  return (instances.get(place.instanceId)?.blockDevices ?? []).flatMap(({ deviceName, volumeId }) => {
    const volume = volumes.get(volumeId);
    if (volume?.attachments[0]?.state !== 'attached') return [];
    return [
      {
        deviceName,
        volumeId,
        sizeGiB: volume.sizeGiB,
        written: volume.written ?? [],
        write: (extent, atSecond) => {
          if (extent.firstBlock < 0 || extent.firstBlock + extent.blocks > volume.sizeGiB * BLOCKS_PER_GIB)
            throw new Error(
              `a guest wrote behind the end of ${volumeId}: give it ${volume.sizeGiB} GiB at most`,
            );
          writes.push({ volumeId, extent, atSecond });
        },
      },
    ];
  });
};

/** Of 524,288 bytes. */
const BLOCKS_PER_GIB = 2048;

/** A write that comes when the volume is no longer there, or the host, is lost. */
const writeNow = ({ stage: { world }, place, goesOn }: Beginning, { volumeId, extent }: Write): void => {
  const volume = world.of(ec2State, place.account, place.region).volumes.get(volumeId);
  const [held] = volume?.attachments ?? [];
  if (volume === undefined || held?.instanceId !== place.instanceId || held.state === 'detaching') return;
  if (goesOn()) volume.written = [...(volume.written ?? []), extent];
};

interface Ended {
  readonly milliseconds: number;
  readonly outcome: Outcome;
}

/**
 * Has the guest do a step. One that takes longer than its time is killed; what it had written by then is there, and its output is not.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html (timeoutSeconds)
 *
 * @returns how long it takes, and what it comes to then
 */
export const runStep = (beginning: Beginning): Ended | Promise<Ended> => {
  const { stage, place, command, step, guest } = beginning;
  const { platforms: _platforms, ...shown } = step;
  const writes: Write[] = [];
  const now = stage.timeline.now();
  const result = guest.run({
    instanceId: place.instanceId,
    documentName: command.documentName,
    documentVersion: command.documentVersion,
    parameters: command.parameters,
    step: shown,
    devices: devicesOf(beginning, writes),
    fetch: (request) => fetchFrom(stage, place, request),
    now,
  });
  const ended = (it: GuestResult) => endOf(beginning, { result: it, writes, now });
  return result instanceof Promise ? result.then(ended) : ended(result);
};

/** What a step comes to, and when: from its beginning on. */
const endOf = (
  beginning: Beginning,
  {
    result,
    writes,
    now,
  }: { readonly result: GuestResult; readonly writes: readonly Write[]; readonly now: number },
): Ended => {
  const { stage, step } = beginning;
  const isCut = result.seconds > step.timeoutSeconds;
  const seconds = isCut ? step.timeoutSeconds : result.seconds;
  for (const write of writes) {
    const at = write.atSecond ?? result.seconds;
    if (at <= seconds) stage.timeline.at(now + at * SECOND, () => writeNow(beginning, write));
  }
  // What the guest sent took time already.
  const milliseconds = Math.max(0, now + seconds * SECOND - stage.timeline.now());
  const times = { startedAt: now, endedAt: now + seconds * SECOND };
  if (isCut) {
    const outcome = {
      ...times,
      status: 'TimedOut' as const,
      statusDetails: 'Execution Timed Out',
      responseCode: -1,
      stdout: '',
      stderr: '',
    };
    return { milliseconds, outcome };
  }
  const { exitCode, stdout, stderr } = result;
  const status = exitCode === 0 ? 'Success' : 'Failed';
  return {
    milliseconds,
    outcome: { ...times, status, statusDetails: status, responseCode: exitCode, stdout, stderr },
  };
};
