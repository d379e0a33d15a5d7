import { createHash } from 'node:crypto';
import {
  addGuest,
  addImage,
  ec2State,
  type Guest,
  type GuestCommand,
  type GuestResult,
  type Organization,
} from '@cordon/local-aws';
import { TRIAGE_DOCUMENT_NAME, TRIAGE_SCRIPTS_SHA256, type CordonConfig } from '@cordon/incident';

/** What the image of the forensic machine brings: our scripts with all tools, the agent alone, or a system without an agent. */
export type ForensicImage = 'with-scripts' | 'without-scripts' | 'without-agent';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of a few small disks. */
const SECONDS = 900;

/**
 * The image on a volume that a capture wrote, hashed as the drill's host hashes it, and held against what it told: one that was changed on its way has another
 * digest here as well.
 */
const imageOf = ({ devices }: GuestCommand, source: string, told: string): object => {
  const device = devices.find(({ volumeId }) => volumeId === source);
  const image = device?.written.find(({ firstBlock }) => firstBlock === 0);
  const named = { name: 'memory-1', source, ...(told === 'unknown' ? {} : { toldSha256: told }) };
  if (device === undefined || image === undefined)
    return {
      ...named,
      verdict: 'not-compared',
      because: 'no file system that a capture makes is on the volume',
    };
  const flips = device.written.flatMap(({ flippedByte }) => flippedByte ?? []);
  const digest = sha256([image.content, ...flips].join());
  return {
    ...named,
    image: 'image.lime',
    sha256: digest,
    verdict: told === 'unknown' ? 'not-compared' : digest === told ? 'equal' : 'changed',
  };
};

/** What the scripts print at their end when every tool is there, the disks are read whole, and YARA has no rules. */
const statementOf = (command: GuestCommand): GuestResult => {
  const { parameters, devices } = command;
  const volumes = parameters['Volumes']?.[0] ?? 'none';
  const [captured, told = ''] = (parameters['Memory']?.[0] ?? 'none').split(':');
  const isMemory = captured !== undefined && captured !== 'none';
  const asked = isMemory ? [captured] : volumes.split(',');
  const evidence = asked.map((source, index) => {
    const isThere = devices.some(({ volumeId }) => volumeId === source);
    const digest = sha256(`disk ${source}`);
    return {
      name: `evidence-${index + 1}`,
      source,
      ...(isThere ? { unchanged: true, sha256Before: digest, sha256After: digest } : { unchanged: null }),
    };
  });
  const missing = isMemory
    ? ['processes', 'connections'].map((check) => ({
        check,
        target: 'memory-1',
        because: 'no symbols staged in /opt/cordon/symbols, and none can be fetched',
      }))
    : asked.map((_, index) => ({
        check: 'yara',
        target: `evidence-${index + 1}/fs-${index + 1}`,
        because: 'no YARA, or no rules in /opt/cordon/yara',
      }));
  const results = parameters['Results']?.[0] ?? 'none';
  const carriedTo = devices.find(({ volumeId }) => volumeId === results);
  carriedTo?.write({ firstBlock: 0, blocks: 1, content: `results of ${asked.join()}` }, SECONDS - 1);
  const statement = {
    schema: 'cordon-triage/1',
    status: 'partly',
    seal: sha256(`results of ${asked.join()}`),
    scriptSha256: TRIAGE_SCRIPTS_SHA256,
    evidence,
    memory: isMemory ? [imageOf(command, captured, told)] : [],
    // The scripts write to a volume that is empty; one that is not there they say.
    ...(results === 'none'
      ? {}
      : {
          carried:
            carriedTo === undefined
              ? { volume: results, because: `no device here has the serial of ${results}` }
              : { volume: results, files: 12, bytes: 48_000, left: 0 },
        }),
    missing,
    missingCount: missing.length,
    counts: [
      { check: 'clamav', found: 1, done: asked.length, short: 0 },
      { check: 'logins', found: 42, done: asked.length, short: 0 },
      { check: 'persistence', found: 7, done: asked.length, short: 0 },
      { check: 'timeline', found: 1_204, done: asked.length, short: 0 },
      { check: 'yara', found: 0, done: 0, short: asked.length },
    ],
  };
  return { exitCode: 0, stdout: `${JSON.stringify(statement)}\n`, stderr: '', seconds: SECONDS };
};

const guestOf = (image: ForensicImage): Guest => ({
  platform: 'Linux',
  platformName: 'Debian GNU/Linux',
  platformVersion: '12',
  architecture: 'x86_64',
  agentVersion: '3.3.2299.0',
  run: (command) => {
    if (command.documentName !== TRIAGE_DOCUMENT_NAME || image !== 'with-scripts')
      return {
        exitCode: 3,
        stdout: '',
        stderr: 'the image of this machine brings no /opt/cordon/triage\n',
        seconds: 1,
      };
    return statementOf(command);
  },
});

/** Puts the image that the launch template names into every Region of the forensics account. */
export const furnishForensicImage = (
  organization: Organization,
  config: CordonConfig,
  { regions, image: kind }: { readonly regions: readonly string[]; readonly image: ForensicImage },
): void => {
  const { world, timeline, host } = organization;
  const account = config.accounts.forensics;
  for (const region of regions) {
    const state = world.of(ec2State, account, region);
    const image = addImage(state, { ownerId: account, name: 'forensic-image' }, organization.ids);
    state.publicParameters.set(config.forensics.imageParameter, image.imageId);
    if (kind !== 'without-agent')
      addGuest({ world, timeline, host }, { account, region, id: image.imageId }, guestOf(kind));
  }
};
