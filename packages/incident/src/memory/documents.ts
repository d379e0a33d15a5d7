import { MEMORY_DOCUMENT_NAMES } from '../contract.ts';
import type { CordonConfig } from '../config.ts';
import { landingScript } from './landing-script.ts';
import { linuxScript } from './linux-script.ts';
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

/** What a capture is told, by document. A pattern with a space between is of links alone. */
const PARAMETERS = {
  Linux: {
    Volume: VOLUME,
    ...COMMON,
    Modules: {
      type: 'String',
      description: 'Signed links to LiME modules, each behind its SHA-256',
      default: 'none',
      allowedPattern: `^(none|[0-9a-f]{64}=${LINK}( [0-9a-f]{64}=${LINK})*)$`,
    },
  },
  Windows: { Volume: VOLUME, ...COMMON },
  LinuxLanding: {
    ...COMMON,
    Links: {
      type: 'String',
      description: 'Signed link to the list of links by which the parts are sent',
      allowedPattern: `^${LINK}$`,
    },
    LinksSha256: { type: 'String', description: 'Hash of that list', allowedPattern: '^[0-9a-f]{64}$' },
    PartBytes: { type: 'String', description: 'Length of a part', allowedPattern: '^[0-9]{7,8}$' },
  },
} as const;

const documentOf = (name: MemoryDocumentName, script: string) => ({
  schemaVersion: '2.2',
  description:
    name === 'LinuxLanding'
      ? 'Cordon: sends the memory of a contained host to the landing bucket'
      : 'Cordon: writes the memory of a contained host to a fresh volume',
  parameters: PARAMETERS[name],
  mainSteps: [
    {
      action: name === 'Windows' ? 'aws:runPowerShellScript' : 'aws:runShellScript',
      name: 'captureMemory',
      precondition: { StringEquals: ['platformType', name === 'Windows' ? 'Windows' : 'Linux'] },
      inputs: { timeoutSeconds: '{{ Seconds }}', runCommand: script.trimEnd().split('\n') },
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
  ...(memory?.linux === undefined || memory.landing === undefined
    ? {}
    : { LinuxLanding: documentOf('LinuxLanding', landingScript(memory)) }),
});
