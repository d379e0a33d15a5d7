import type { CordonConfig } from '../config.ts';
import type { InstanceFacts } from './facts.ts';
import type { StepOf } from './steps.ts';

type Step = StepOf<'capture-memory'>;
type Memory = NonNullable<CordonConfig['evidence']['memory']>;

/** What a deployment has to read memory with, and to carry it by. */
export type MemoryToolbox = Pick<Memory, 'linux' | 'windows' | 'lime' | 'landing' | 'minutes'>;

/** What reads an instance's memory, and which way it takes; or why nothing does. */
export type MemoryMeans =
  | (Pick<Step, 'tool' | 'modules' | 'landing'> & { readonly reasons: readonly string[] })
  | { readonly not: string };

/** Parts of the landing bucket: a part grows with the memory, for the host holds one at a time, in memory, up to what the recorder takes into its own. */
const PARTS_OF_MEMORY = 256;
const SMALLEST_MIB = 8;
const LARGEST_MIB = 128;
/** A raw image of Windows has the gaps between the ranges of memory too, as zeros: the one for devices lies below 4 GiB. */
const RAW_GAP_MIB = 4_096;

/** How much an image has at most: the file format's headers want some more than the memory has. */
const imageMiB = (platform: InstanceFacts['platform'], memoryMiB: number): number =>
  memoryMiB * 1.05 + 64 + (platform === 'windows' ? RAW_GAP_MIB : 0);

/** In which parts an image goes to the landing bucket: 840 at most, of 96 GiB on Windows. */
const partsOf = (
  memoryMiB: number,
  image: number,
): Pick<NonNullable<Step['landing']>, 'parts' | 'partMiB'> => {
  const partMiB = Math.min(LARGEST_MIB, Math.max(SMALLEST_MIB, Math.ceil(memoryMiB / PARTS_OF_MEMORY)));
  return { partMiB, parts: Math.ceil(image / partMiB) };
};

/**
 * What a host is taken to send in a second, one part after the other: read, hashed twice, sent by one connection. A plan's figure, not measured on AWS
 * (UNCONFIRMED); one connection to S3 carries some 85 to 90 MB in a second: https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html
 */
const MIB_IN_A_SECOND = 30;
/** Before the first part, the agent is waited for. */
const AGENT_SECONDS = 60;
/** Of the time, where a volume is tried first: that may take a fourth of it. */
const SHARE_AFTER_VOLUME = 3 / 4;

const landingOf = (
  { landing, minutes }: MemoryToolbox,
  { platform, memoryMiB }: { platform: InstanceFacts['platform']; memoryMiB: number },
): Pick<Step, 'landing'> & { readonly reasons: readonly string[] } => {
  if (landing === undefined) return { reasons: [] };
  const first = landing.when === 'always';
  const image = imageMiB(platform, memoryMiB);
  const seconds = Math.ceil(image / MIB_IN_A_SECOND) + AGENT_SECONDS;
  const has = `it has ${Math.round(memoryMiB / 1_024)} GiB of memory`;
  const not =
    memoryMiB > landing.upToGiB * 1_024
      ? `${has}, and \`evidence.memory.landing\` ends at ${landing.upToGiB}`
      : seconds > minutes * 60 * (first ? 1 : SHARE_AFTER_VOLUME)
        ? `${has}, which takes some ${Math.ceil(seconds / 60)} minutes to send, and a capture has ${minutes}${first ? '' : ', a fourth of them for a volume'}`
        : undefined;
  if (not !== undefined) return { reasons: [`its memory cannot be sent to the landing bucket: ${not}`] };
  return { landing: { ...partsOf(memoryMiB, image), first }, reasons: [] };
};

/** Graviton is the one other machine that EC2 has beside x86-64. https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-type-specifications.html */
const machineOf = ({ machine }: Pick<InstanceFacts, 'machine'>): 'x86_64' | 'aarch64' =>
  machine?.type?.x86 === false ? 'aarch64' : 'x86_64';

/**
 * What reads the memory of an instance: AVML on x86-64, with LiME modules behind it for kernels on which it fails; a LiME module alone on
 * Graviton; WinPmem on Windows. Which module, the script decides by the kernel that it finds: nobody else knows it. Pure.
 */
export const memoryMeans = (
  facts: Pick<InstanceFacts, 'platform' | 'machine'>,
  memoryMiB: number,
  right: MemoryToolbox,
): MemoryMeans => {
  const { platform } = facts;
  if (platform === 'windows') {
    if (right.windows === undefined)
      return { not: 'this deployment names no tool for Windows (evidence.memory.windows)' };
    return { tool: right.windows, ...landingOf(right, { platform, memoryMiB }) };
  }
  const machine = machineOf(facts);
  const modules = (right.lime ?? [])
    .filter((one) => one.machine === machine)
    .map(({ kernel, version, sha256 }) => ({ kernel, version, sha256 }));
  if (machine === 'x86_64' && right.linux !== undefined)
    return {
      tool: right.linux,
      ...(modules.length === 0 ? {} : { modules }),
      ...landingOf(right, { platform, memoryMiB }),
    };
  const [first] = modules;
  if (first !== undefined)
    return {
      tool: { name: 'lime', version: first.version, sha256: first.sha256 },
      modules,
      ...landingOf(right, { platform, memoryMiB }),
    };
  return {
    not:
      machine === 'aarch64'
        ? 'AVML reads memory of x86-64 alone, and this deployment names no LiME module for aarch64 (evidence.memory.lime)'
        : 'this deployment names no tool for Linux (evidence.memory.linux)',
  };
};

/** The way that the image takes, in words of the plan. */
export const wayOf = ({
  tool,
  modules = [],
  landing,
}: Pick<Step, 'tool' | 'modules' | 'landing'>): string => {
  const reads =
    tool.name === 'lime'
      ? `a LiME module that was built for its kernel (one of ${modules.length} that are named)`
      : `${tool.name} ${tool.version}${modules.length === 0 ? '' : `, or where it fails a LiME module for its kernel (one of ${modules.length} that are named),`}`;
  if (landing?.first === true)
    return `${reads} reads it, and the host sends it to the landing bucket in ${landing.parts} part(s) at most, from where it is carried into the vault`;
  return `${reads} writes it to a fresh encrypted volume, which is taken away and copied like a disk${
    landing === undefined ? '' : '; where there can be no volume the host sends it to the landing bucket'
  }`;
};
