/** Name of the document of Systems Manager that examines disks, in every Region of the forensics account. */
export const TRIAGE_DOCUMENT_NAME = 'cordon-triage';

/** Where the image of the forensic machine keeps the scripts (docs/forensic-machine.md). */
export const TRIAGE_SCRIPTS_FOLDER = '/opt/cordon/triage';

/**
 * SHA-256 of the scripts in `apps/forensics-account/triage`, one after another: what the document runs is exactly these, whatever else an
 * image brings. A test compares it with the files.
 */
export const TRIAGE_SCRIPTS_SHA256 = '2eb72a49bdedbd896b5ba9ab41c0287eca932598e2bec2eb66afb7071e503d8e';

/** An examination takes no longer: what is not done by then is said to be missing. */
export const TRIAGE_SECONDS = 4 * 3600;
/** What is left of it for the seal. */
const TO_SEAL_SECONDS = 600;

/** In the shell of the agent; no pattern of a parameter lets a quotation mark, a dollar or a space through. */
const SCRIPT = [
  'set -u',
  'export LC_ALL=C',
  `cd ${TRIAGE_SCRIPTS_FOLDER} 2>/dev/null || { echo 'the image of this machine brings no ${TRIAGE_SCRIPTS_FOLDER}' >&2; exit 3; }`,
  "found=$(cat cordon-triage examine-once lib/* | sha256sum | cut -d ' ' -f 1)",
  `[ "$found" = ${TRIAGE_SCRIPTS_SHA256} ] || { echo "the scripts of this image are of another version: $found" >&2; exit 4; }`,
  "exec ./examine-once '{{ Ledger }}' '{{ Volumes }}' '{{ Seconds }}'",
] as const;

/**
 * The document as it is deployed to every Region of the forensics account, compared before it is run and pinned by its hash.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 */
export const TRIAGE_DOCUMENT = {
  schemaVersion: '2.2',
  description: 'Cordon: examines the disks of one incident on the forensic machine, without a change to them',
  parameters: {
    Ledger: {
      type: 'String',
      description: 'Which ledger the examination belongs to',
      allowedPattern: '^inc-[0-9a-z-]{6,70}$',
    },
    Volumes: {
      type: 'String',
      description: 'Ids of the volumes, with commas between them',
      allowedPattern: '^vol-[0-9a-f]{8,17}(,vol-[0-9a-f]{8,17}){0,30}$',
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

/** The document's parameters for the volumes of one ledger. */
export const triageParameters = (
  ledgerId: string,
  volumeIds: readonly string[],
): Record<'Ledger' | 'Volumes' | 'Seconds', string[]> => ({
  Ledger: [ledgerId],
  Volumes: [volumeIds.join(',')],
  Seconds: [String(TRIAGE_SECONDS - TO_SEAL_SECONDS)],
});
