import { MEMORY_DOCUMENT_NAMES } from '../contract.ts';
import type { CordonConfig } from '../config.ts';
import { linuxScript } from './linux-script.ts';
import { windowsScript } from './windows-script.ts';

/** Platforms of Systems Manager's agent on which memory is captured. */
export type MemoryPlatform = keyof typeof MEMORY_DOCUMENT_NAMES;

/** What a capture is told. No pattern lets a quote, a backslash, a dollar or a space through. */
const PARAMETERS = {
  Volume: {
    type: 'String',
    description: 'Id of the volume that takes the image, without its dash, as its serial has it',
    allowedPattern: '^vol[0-9a-f]{8,17}$',
  },
  ToolUrl: {
    type: 'String',
    description: 'Signed link to the one object that is the tool',
    allowedPattern: '^https?://[A-Za-z0-9.:-]+/[A-Za-z0-9/._~%?&=+-]+$',
  },
  Seconds: { type: 'String', description: 'How long the tool may run', allowedPattern: '^[0-9]{2,4}$' },
} as const;

const documentOf = (platform: MemoryPlatform, action: string, script: string) => ({
  schemaVersion: '2.2',
  description: 'Cordon: writes the memory of a contained host to a fresh volume',
  parameters: PARAMETERS,
  mainSteps: [
    {
      action,
      name: 'captureMemory',
      precondition: { StringEquals: ['platformType', platform] },
      inputs: { timeoutSeconds: '{{ Seconds }}', runCommand: script.trimEnd().split('\n') },
    },
  ],
});

/** One document, as JSON. */
export type MemoryDocument = ReturnType<typeof documentOf>;

/**
 * Documents of Systems Manager, by platform, as they are deployed to every Region of a member and compared before they are run. The hash of the
 * tool is part of a document, not a parameter: who may send it cannot choose what it runs. No document for a platform without a tool.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 */
export const memoryDocuments = (
  memory: CordonConfig['evidence']['memory'],
): Readonly<Partial<Record<MemoryPlatform, MemoryDocument>>> => ({
  ...(memory?.linux === undefined
    ? {}
    : { Linux: documentOf('Linux', 'aws:runShellScript', linuxScript(memory.linux.sha256)) }),
  ...(memory?.windows === undefined
    ? {}
    : { Windows: documentOf('Windows', 'aws:runPowerShellScript', windowsScript(memory.windows.sha256)) }),
});
