import type { CordonConfig } from '../config.ts';
import { LIVE_DOCUMENT_NAMES } from '../contract.ts';
import { LIVE_CHECKS, linuxCheck, type LiveCheck } from './linux-checks.ts';
import { windowsCheck } from './windows-checks.ts';

/** Platforms of Systems Manager's agent that are asked. */
export type LivePlatform = keyof typeof LIVE_DOCUMENT_NAMES;

/** Longest that one check may take: a process can hold up who reads its command line. */
const CHECK_SECONDS = 30;

const documentOf = (platform: LivePlatform, action: string, script: (check: LiveCheck) => string) => ({
  schemaVersion: '2.2',
  description: 'Cordon: has a contained host say what it is doing; it reads, and changes nothing',
  // A step for each check: of each, Run Command shows the first 24,000 characters.
  mainSteps: LIVE_CHECKS.map((check) => ({
    action,
    name: check,
    precondition: { StringEquals: ['platformType', platform] },
    inputs: { timeoutSeconds: String(CHECK_SECONDS), runCommand: script(check).trimEnd().split('\n') },
  })),
});

/** One document, as JSON. */
export type LiveDocument = ReturnType<typeof documentOf>;

/**
 * Documents of Systems Manager, by platform, as they are deployed to every Region of a member and compared before they are run. They take no
 * parameter: who may send them chooses nothing. None where the deployment has no live response.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 */
export const liveDocuments = (
  memory: CordonConfig['evidence']['memory'],
): Readonly<Partial<Record<LivePlatform, LiveDocument>>> =>
  memory?.liveResponse === true
    ? {
        Linux: documentOf('Linux', 'aws:runShellScript', linuxCheck),
        Windows: documentOf('Windows', 'aws:runPowerShellScript', windowsCheck),
      }
    : {};
