import { MEMORY_DOCUMENT_NAMES } from '../contract.ts';
import type { CordonConfig } from '../config.ts';
import { landingScript } from './landing-script.ts';
import { linuxScript } from './linux-script.ts';
import { windowsLandingScript } from './windows-landing-script.ts';
import { windowsScript } from './windows-script.ts';

/** The documents, each by the platform of Systems Manager's agent that it is for, and the way that it sends the image. */
export type MemoryDocumentName = keyof typeof MEMORY_DOCUMENT_NAMES;

/** A signed link: no quote, backslash, dollar or space gets through. */
const LINK = 'https?://[A-Za-z0-9.:-]+/[A-Za-z0-9/._~%?&=+-]+';
const COMMON = {
  ToolUrl: {
    type: 'String',
    description:
      'Signed link to the one object that is the tool; none where only a module can read the memory',
    allowedPattern: `^(none|${LINK})$`,
  },
  Seconds: { type: 'String', description: 'How long the tool may run', allowedPattern: '^[0-9]{2,4}$' },
} as const;
const VOLUME = {
  type: 'String',
  description: 'Id of the volume that takes the image, without its dash, as its serial has it',
  allowedPattern: '^vol[0-9a-f]{8,17}$',
} as const;

/** For Linux. A pattern with a space between is of links alone. */
const MODULES = {
  type: 'String',
  description: 'Signed links to LiME modules, each behind its SHA-256',
  default: 'none',
  allowedPattern: `^(none|[0-9a-f]{64}=${LINK}( [0-9a-f]{64}=${LINK})*)$`,
} as const;
const LANDING = {
  ...COMMON,
  Links: {
    type: 'String',
    description: 'Signed link to the list of links: of the list of digests, and of each part',
    allowedPattern: `^${LINK}$`,
  },
  LinksSha256: { type: 'String', description: 'Hash of that list', allowedPattern: '^[0-9a-f]{64}$' },
  PartBytes: { type: 'String', description: 'Length of a part', allowedPattern: '^[0-9]{7,9}$' },
} as const;

/** What a capture is told, by document. */
const PARAMETERS = {
  Linux: { Volume: VOLUME, ...COMMON, Modules: MODULES },
  Windows: { Volume: VOLUME, ...COMMON },
  LinuxLanding: { ...LANDING, Modules: MODULES },
  WindowsLanding: LANDING,
} as const;

const isWindows = (name: MemoryDocumentName): boolean => name === 'Windows' || name === 'WindowsLanding';

/** Whether a document has the host send its memory to the landing bucket. */
export const isLandingDocument = (name: MemoryDocumentName): boolean =>
  name === 'LinuxLanding' || name === 'WindowsLanding';

/** A StackSet takes a template of 51,200 bytes as text: what a shell does not read stays in the source. No line of ours is part of a longer text. */
const linesOf = (script: string): readonly string[] =>
  script
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line, index) => line !== '' && (index === 0 || !line.startsWith('#')));

const documentOf = (name: MemoryDocumentName, script: string) => ({
  schemaVersion: '2.2',
  description: isLandingDocument(name)
    ? 'Cordon: sends the memory of a contained host to the landing bucket'
    : 'Cordon: writes the memory of a contained host to a fresh volume',
  parameters: PARAMETERS[name],
  mainSteps: [
    {
      action: isWindows(name) ? 'aws:runPowerShellScript' : 'aws:runShellScript',
      name: 'captureMemory',
      precondition: { StringEquals: ['platformType', isWindows(name) ? 'Windows' : 'Linux'] },
      inputs: { timeoutSeconds: '{{ Seconds }}', runCommand: linesOf(script) },
    },
  ],
});

/** One document, as JSON. */
export type MemoryDocument = ReturnType<typeof documentOf>;

/**
 * Documents of Systems Manager, as they are deployed to every Region of a member and compared before they are run. The hashes of the tools are
 * part of a document, not parameters: who may send it cannot choose what it runs. No document for a platform without a tool, nor for a landing bucket that
 * is not there.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 */
export const memoryDocuments = (
  memory: CordonConfig['evidence']['memory'],
): Readonly<Partial<Record<MemoryDocumentName, MemoryDocument>>> => ({
  ...(memory?.linux === undefined && (memory?.lime ?? []).length === 0
    ? {}
    : { Linux: documentOf('Linux', linuxScript(memory ?? {})) }),
  ...(memory?.windows === undefined
    ? {}
    : { Windows: documentOf('Windows', windowsScript(memory.windows.sha256)) }),
  ...(memory?.landing === undefined || (memory.linux === undefined && (memory.lime ?? []).length === 0)
    ? {}
    : { LinuxLanding: documentOf('LinuxLanding', landingScript(memory)) }),
  ...(memory?.landing === undefined || memory.windows === undefined
    ? {}
    : { WindowsLanding: documentOf('WindowsLanding', windowsLandingScript(memory.windows.sha256)) }),
});
