import { createHash } from 'node:crypto';
import {
  addGuest,
  addInventory,
  addObject,
  type Guest,
  type GuestCommand,
  type GuestResult,
  type Organization,
} from '@cordon/local-aws';
import {
  isLandingDocument,
  LIVE_DOCUMENT_NAMES,
  MEMORY_DOCUMENT_NAMES,
  toolsBucketName,
  type CordonConfig,
} from '@cordon/incident';
import type { Suspect } from '../run-record.ts';
import { said, sendParts } from './landing-guest.ts';

/** What lies in the tools buckets of the drill, in place of a program that reads memory; `cordon.config.ts` names its hash. */
const DRILL_TOOL = "the drill's tool for memory, which no host of AWS runs\n";

/** How a host behaves when its memory is asked for. */
export type GuestKind = 'captures' | 'locked-down' | 'never-ends';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const BLOCK = 524_288;
/** Of a host with little memory, so that what it writes is read again in a drill. */
const IMAGE_BLOCKS = 24;
const SECONDS = 70;

/** Does what the script of the document says, on a host that can: the image goes to the volume that is named, and nowhere else. */
const capture = ({ instanceId, parameters, devices, step }: GuestCommand): GuestResult => {
  const [volume = ''] = parameters['Volume'] ?? [];
  const [, want = ''] = /^want='([0-9a-f]{64})'/m.exec(step.commands.join('\n')) ?? [];
  const device = devices.find(({ volumeId }) => volumeId.replace('-', '') === volume);
  if (device === undefined) return said({ status: 'refused', because: 'no-volume' }, 1, 60);
  if (want !== sha256(DRILL_TOOL)) return said({ status: 'refused', because: 'tool-hash-differs' }, 1, 5);
  const content = `memory of ${instanceId}`;
  device.write({ firstBlock: 0, blocks: IMAGE_BLOCKS, content }, SECONDS - 10);
  return said(
    {
      status: 'captured',
      sha256: sha256(content),
      bytes: IMAGE_BLOCKS * BLOCK,
      toolSha256: want,
      kernel: '6.1.0-drill',
    },
    0,
    SECONDS,
  );
};

/** Says something for each check, with a name that the attacker chose: what the scripts of a host would print of it. */
const speak = ({ step }: GuestCommand): GuestResult => ({
  exitCode: 0,
  stdout: `| ${step.name} of a host with a process named $(reboot)<script>alert(1)</script>\nCORDON-LIVE end\n`,
  stderr: '',
  seconds: 1,
});

const DOCUMENTS = ['Linux', 'Windows', 'LinuxLanding', 'WindowsLanding'] as const;
/** Which of the documents that capture memory it is. */
const documentOf = (name: string): (typeof DOCUMENTS)[number] | undefined =>
  DOCUMENTS.find((one) => MEMORY_DOCUMENT_NAMES[one] === name);

const run = (kind: GuestKind, command: GuestCommand): GuestResult | Promise<GuestResult> => {
  if (command.documentName === LIVE_DOCUMENT_NAMES.Linux) return speak(command);
  // Any other document runs, and does nothing that a drill looks at.
  const document = documentOf(command.documentName);
  if (document === undefined) return { exitCode: 0, stdout: '', stderr: '', seconds: 1 };
  switch (kind) {
    case 'captures':
      return isLandingDocument(document) ? sendParts(command) : capture(command);
    case 'locked-down':
      return said({ status: 'refused', because: 'kernel-lockdown' }, 1, 2);
    case 'never-ends':
      return { exitCode: 0, stdout: '', stderr: '', seconds: 7 * 86_400 };
  }
};

/** Puts an operating system with an agent into the suspect. */
export const furnishGuest = (
  { world, timeline, host }: Organization,
  { account, region, instanceId }: Suspect,
  kind: GuestKind,
): void => {
  const guest: Guest = {
    platform: 'Linux',
    platformName: 'Amazon Linux',
    platformVersion: '2023',
    architecture: 'x86_64',
    agentVersion: '3.3.2299.0',
    run: (command) => run(kind, command),
  };
  addGuest({ world, timeline, host }, { account, region, id: instanceId }, guest);
  // Names of packages are the host's words, and so the attacker's.
  addInventory(
    world,
    { account, region, instanceId },
    {
      typeName: 'AWS:Application',
      schemaVersion: '1.1',
      captureTime: new Date(timeline.now()).toISOString(),
      entries: [{ Name: 'openssl', Version: '3.0.8' }, { Name: '$(reboot)<script>alert(1)</script>' }],
    },
  );
};

/** Puts the drill's tool into the tools bucket of each Region, as whoever deploys does. */
export const stageTools = (
  organization: Organization,
  { accounts, evidence }: CordonConfig,
  regions: readonly string[],
): void => {
  if (evidence.memory === undefined) return;
  for (const region of regions)
    addObject(
      organization.world,
      { bucket: toolsBucketName(accounts.security, region), key: sha256(DRILL_TOOL), body: DRILL_TOOL },
      { ids: organization.ids, now: organization.timeline.now() },
    );
};
