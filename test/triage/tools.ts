import { spawnSync } from 'node:child_process';

/** What the scripts run, and what makes the images here. The packages of Debian that bring them stand in `.ci/run`. */
const TOOLS =
  'blkid blockdev clamscan fls icat jq losetup lsblk lvs mactime mmls perl reglookup setpriv sfdisk sha256sum unshare utmpdump yara ' +
  'debugfs hivexsh lvm mcopy mke2fs mkfs.vfat mkfs.xfs mkntfs mkswap ntfs-3g';

/** Runs a program without a shell; its output, or an error with what it said. */
export const run = (command: string, args: readonly string[], input?: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined || status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${error?.message ?? stderr}`);
  return stdout;
};

const succeeds = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, [...args]).status === 0;

/** Why the examination cannot be tried on this machine: what is missing, in words. */
const whyNot = (): readonly string[] => {
  if (process.platform !== 'linux') return ['this is no Linux'];
  const missing = TOOLS.split(' ').filter((tool) => !succeeds('sh', ['-c', 'command -v "$1"', 'sh', tool]));
  return [
    ...(process.getuid?.() === 0 ? [] : ['the tests do not run as root']),
    ...(missing.length === 0 ? [] : [`no ${missing.join(', ')} here`]),
    ...(succeeds('unshare', ['--net', '--mount', 'true']) ? [] : ['namespaces cannot be made here']),
    ...(succeeds('losetup', ['--find']) ? [] : ['there are no loop devices here']),
  ];
};

const reasons = whyNot();

// Whether tools must be there is the caller's to say, and a test has no other configuration.
// oxlint-disable-next-line no-restricted-properties
const required = process.env['CORDON_TRIAGE_TOOLS'] === 'required';
if (reasons.length > 0 && required) throw new Error(`the examination cannot be tried: ${reasons.join('; ')}`);
if (reasons.length > 0)
  process.stderr.write(`NOTICE: the examination of evidence is not tried here: ${reasons.join('; ')}\n`);

/**
 * Whether the tools of the forensic machine are not here: they are Debian's, and a laptop may have none of them. Then the tests are
 * shown as skipped, with a notice of the reasons; in `.ci/run`, which sets CORDON_TRIAGE_TOOLS=required, they fail.
 */
export const cannotTry = reasons.length > 0;
