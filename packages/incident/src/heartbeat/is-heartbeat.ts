import type { CordonConfig } from '../config.ts';
import type { Finding } from '../finding/finding.ts';
import { metricLine } from '../metrics.ts';

/**
 * The type of sample that is asked for: of an instance and of high severity, so that it takes the road of the findings that matter, and no
 * suppression rule for what is harmless keeps it back. https://docs.aws.amazon.com/guardduty/latest/ug/sample_findings.html
 */
export const HEARTBEAT_TYPE = 'Backdoor:EC2/C&CActivity.B';

/**
 * Whether a finding, as GuardDuty itself told it, may be a heartbeat: a sample of that type, of the security account's own detector. That it is the
 * one which was asked for only the table says: people make samples too.
 */
export const mayBeHeartbeat = (
  { sample, account, type }: Pick<Finding, 'sample' | 'account' | 'type'>,
  { heartbeat, accounts }: Pick<CordonConfig, 'heartbeat' | 'accounts'>,
): boolean => heartbeat !== undefined && sample && account === accounts.security && type === HEARTBEAT_TYPE;

/**
 * The line of the log that says how long a sample took from GuardDuty to intake.
 *
 * @param madeAt epoch milliseconds at which GuardDuty says that it made it; its clock may be ahead of ours
 * @param at epoch milliseconds at which it came
 */
export const heardLine = (
  { region, madeAt }: { readonly region: string; readonly madeAt: number },
  at: number,
): object => metricLine({ name: 'SecondsToHeard', of: region, value: Math.max(0, at - madeAt) / 1_000 }, at);
