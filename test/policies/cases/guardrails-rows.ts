import { ACCOUNTS, HOME, type AccountName, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

/** One line of a table of guardrail cases: who, what they do as a sentence goes on, and the request. */
export interface Row extends Pick<PowerCase, 'as' | 'action' | 'on' | 'owner' | 'given'> {
  readonly does: string;
}

/** The request of a row, which several people make. */
export type Request = Omit<Row, 'as' | 'does'>;

const sentence = ({ as, does }: Row): string => `guardrails: ${as} ${does}`;

/** Attacks that these statements refuse, and no other. */
export const refused = (deniedBy: readonly string[], rows: readonly Row[]): readonly PowerCase[] =>
  rows.map(({ does, ...asked }) => ({ name: sentence({ does, ...asked }), ...asked, answer: { deniedBy } }));

/** What the product, its operators or others need. */
export const letThrough = (rows: readonly Row[]): readonly PowerCase[] =>
  rows.map(({ does, ...asked }) => ({ name: sentence({ does, ...asked }), ...asked, answer: 'allowed' }));

/** ARN of a thing in an account, by default the member, in the home Region. */
export const arnOf = (service: string, rest: string, account: AccountName = 'member'): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS[account]}:${rest}`;

/** ARN of an IAM resource. */
export const iamOf = (rest: string, account: AccountName = 'member'): string =>
  `arn:aws:iam::${ACCOUNTS[account]}:${rest}`;

/** A snapshot, whose ARN names no account. */
export const SNAPSHOT = `arn:aws:ec2:${HOME}::snapshot/snap-0a1b2c3d4e5f60718`;

/** The product's own accounts. */
export const OWN_ACCOUNTS = ['security', 'evidence', 'forensics'] as const;

/** The same line for several people. */
export const each = (people: readonly Who[], row: Omit<Row, 'as'>): readonly Row[] =>
  people.map((as) => ({ as, ...row }));
