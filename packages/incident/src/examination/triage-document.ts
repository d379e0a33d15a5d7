/** Name of the document of Systems Manager that examines disks, in every Region of the forensics account. */
export const TRIAGE_DOCUMENT_NAME = 'cordon-triage';

/** Where the image of the forensic machine keeps the scripts (docs/forensic-machine.md). */
export const TRIAGE_SCRIPTS_FOLDER = '/opt/cordon/triage';

/**
 * SHA-256 of the scripts in `apps/forensics-account/triage`, one after another: what the document runs is exactly these, whatever else an
 * image brings. A test compares it with the files.
 */
export const TRIAGE_SCRIPTS_SHA256 = '2f6850e98f5fe30f55957b5c2f040bcb39bed3ba9e2507d97a8cdf650afe3d98';

/** An examination takes no longer: what is not done by then is said to be missing. */
export const TRIAGE_SECONDS = 4 * 3600;
/** What is left of it for the seal, and to put the results onto their volume. */
const TO_SEAL_SECONDS = 1_800;

/** In the shell of the agent; no pattern of a parameter lets a quotation mark, a dollar or a space through. */
const SCRIPT = [
  'set -u',
  'export LC_ALL=C',
  `cd ${TRIAGE_SCRIPTS_FOLDER} 2>/dev/null || { echo 'the image of this machine brings no ${TRIAGE_SCRIPTS_FOLDER}' >&2; exit 3; }`,
  "found=$(cat cordon-triage examine-once lib/* | sha256sum | cut -d ' ' -f 1)",
  `[ "$found" = ${TRIAGE_SCRIPTS_SHA256} ] || { echo "the scripts of this image are of another version: $found" >&2; exit 4; }`,
  "exec ./examine-once '{{ Ledger }}' '{{ Volumes }}' '{{ Seconds }}' '{{ Memory }}' '{{ Results }}'",
] as const;

/**
 * The document as it is deployed to every Region of the forensics account, compared before it is run and pinned by its hash.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 */
export const TRIAGE_DOCUMENT = {
  schemaVersion: '2.2',
  description:
    'Cordon: examines disks or memory of one incident on the forensic machine, without a change to them',
  parameters: {
    Ledger: {
      type: 'String',
      description: 'Which ledger the examination belongs to',
      allowedPattern: '^inc-[0-9a-z-]{6,70}$',
    },
    Volumes: {
      type: 'String',
      description: 'Ids of the volumes, with commas between them',
      allowedPattern: '^(none|vol-[0-9a-f]{8,17}(,vol-[0-9a-f]{8,17}){0,30})$',
    },
    Memory: {
      type: 'String',
      description: 'Volume that a capture wrote, and the SHA-256 of the image as the host told it',
      allowedPattern: '^(none|vol-[0-9a-f]{8,17}:([0-9a-f]{64}|unknown))$',
    },
    Results: {
      type: 'String',
      description: 'Fresh volume that takes the results',
      allowedPattern: '^(none|vol-[0-9a-f]{8,17})$',
    },
    Seconds: {
      type: 'String',
      description: 'How long the scripts may take',
      allowedPattern: '^[0-9]{1,6}$',
    },
  },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'examine',
      precondition: { StringEquals: ['platformType', 'Linux'] },
      inputs: { timeoutSeconds: String(TRIAGE_SECONDS), runCommand: SCRIPT },
    },
  ],
} as const;

/** What one command is to examine, and where its results go. */
export interface ToExamine {
  readonly volumeIds: readonly string[];
  /** A volume that a capture wrote, and what the host told of its image. */
  readonly memory?: { readonly volumeId: string; readonly sha256?: string | undefined } | undefined;
  readonly resultsVolumeId?: string | undefined;
}

/** The document's parameters for what is examined of one ledger: disks, or memory. */
export const triageParameters = (
  ledgerId: string,
  { volumeIds, memory, resultsVolumeId }: ToExamine,
): Record<'Ledger' | 'Volumes' | 'Seconds' | 'Memory' | 'Results', string[]> => ({
  Ledger: [ledgerId],
  Volumes: [volumeIds.length === 0 ? 'none' : volumeIds.join(',')],
  Seconds: [String(TRIAGE_SECONDS - TO_SEAL_SECONDS)],
  Memory: [memory === undefined ? 'none' : `${memory.volumeId}:${memory.sha256 ?? 'unknown'}`],
  Results: [resultsVolumeId ?? 'none'],
});
